package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OpenSshServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that limits the open files of a session. */
@Timeout(300)
class HandleLimitTest {
  @TempDir private Path temporary;

  @Test
  void copiesATreeBothWaysWithFewHandles() throws Exception {
    for (int i = 0; i < 300; i++) {
      Path dir = temporary.resolve("t/" + i % 10 + "/" + i % 30 + "/" + i % 60);
      Files.createDirectories(dir);
      Files.writeString(dir.resolve("file-" + i), "text " + i);
    }
    Path script =
        Files.writeString(
            temporary.resolve("script"), "ulimit -n 20\nexec " + OpenSshServer.sftpServer() + "\n");
    Path remote = temporary.resolve("remote");
    var options = TransferOptions.builder().parallelism(4).build();
    try (var server = OpenSshServer.start("Subsystem sftp /bin/sh " + script);
        var sftp = Connection.connect(Connections.options(server).build())) {
      TreeResult up = sftp.putR(temporary.resolve("t"), remote.toString(), options);
      assertThat(up.transferred()).isEqualTo(300);
      TreeResult down = sftp.getR(remote.toString(), temporary.resolve("back"), options);
      assertThat(down.transferred()).isEqualTo(300);
    }
    assertThat(temporary.resolve("back/9/29/59/file-299")).hasContent("text 299");
  }
}
