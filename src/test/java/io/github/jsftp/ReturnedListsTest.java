package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeakCheck
class ReturnedListsTest {
  @TempDir Path local;

  @Test
  void areUnmodifiable(TestServer server, ServerFolder folder) throws Exception {
    Files.writeString(folder.local("b"), "b");
    Files.writeString(folder.local("a"), "a");
    var options =
        Connections.options(server).hostKeyAlgorithms("ssh-ed25519", "rsa-sha2-256").build();
    try (var sftp = Connections.connect(server, folder)) {
      var tree = sftp.getR(folder.path(), local, TransferOptions.builder().dryRun(true).build());
      var file = sftp.get("a", local.resolve("a"));
      var offered = sftp.offeredAlgorithms();
      List<List<?>> lists =
          List.of(
              sftp.listdir(),
              sftp.listdirAttr(),
              sftp.glob("*"),
              offered.ciphers(),
              offered.compression(),
              offered.hostKeyAlgorithms(),
              offered.keyExchanges(),
              offered.macs(),
              tree.plan(),
              tree.warnings(),
              tree.failures(),
              file.warnings(),
              sftp.execute("echo a; echo b").lines(),
              options.ciphers(),
              options.hostKeyAlgorithms(),
              options.privateKeys());
      for (List<?> list : lists) {
        assertThatThrownBy(list::clear).isInstanceOf(UnsupportedOperationException.class);
      }
      assertThat(sftp.listdir()).containsExactly("a", "b");
    }
  }
}
