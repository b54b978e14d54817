package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.OnError;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnEachServer
class ContinueAfterFailuresTest {
  private static final TransferOptions CONTINUE =
      TransferOptions.builder().onError(OnError.CONTINUE).build();

  @TempDir Path local;

  @Test
  void uploadsEverythingElse(TestServer server, ServerFolder folder) throws Exception {
    Trees.create(local.resolve("from"), 3, 60, 5_000);
    Files.writeString(local.resolve("from/x"), "1");
    Files.createDirectory(local.resolve("from/y"));
    Files.writeString(local.resolve("from/y/below"), "1");
    Files.createDirectories(folder.local("t/x"));
    Files.writeString(folder.local("t/y"), "in the way");
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.putR(local.resolve("from"), "t", CONTINUE))
          .hasMessageStartingWith("putR " + folder.path("t") + ": 2 of 62 failed: x, y [")
          .isInstanceOfSatisfying(
              TransferException.class,
              e -> {
                var report = e.report().orElseThrow();
                assertThat(report.failures())
                    .extracting(FileOutcome::path)
                    .containsExactly("x", "y");
                assertThat(report.transferred()).isEqualTo(60);
              });
      assertThat(sftp.isConnected()).isTrue();
    }
    assertThat(folder.partFiles()).isEmpty();
  }

  @Test
  void downloadsEverythingElse(TestServer server, ServerFolder folder) throws Exception {
    Trees.create(folder.local("t"), 3, 60, 5_000);
    Files.writeString(folder.local("t/x"), "1");
    Files.createDirectory(folder.local("t/y"));
    Files.writeString(folder.local("t/y/below"), "1");
    Files.createDirectories(local.resolve("to/x"));
    Files.createSymbolicLink(local.resolve("to/y"), local);
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.getR("t", local.resolve("to"), CONTINUE))
          .hasMessageStartingWith("getR " + folder.path("t") + ": 2 of 62 failed: x, y [")
          .isInstanceOf(TransferException.class);
    }
    assertThat(local.resolve("below")).doesNotExist();
    assertThat(local.resolve("to/empty/below")).isDirectory();
  }

  @Test
  void doesNotContinueWithAClosedConnection(TestServer server, ServerFolder folder)
      throws Exception {
    Trees.create(folder.local("t"), 3, 500, 5_000);
    try (var sftp = Connections.connect(server, folder)) {
      var closing = CONTINUE.toBuilder().progress(progress -> sftp.close()).build();
      assertThatThrownBy(() -> sftp.getR("t", local.resolve("to"), closing))
          .isInstanceOf(ConnectionException.class);
    }
  }
}
