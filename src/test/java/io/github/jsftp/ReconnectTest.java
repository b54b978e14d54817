package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.Await;
import io.github.jsftp.testing.Client;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.RemoteFolder;
import io.github.jsftp.testing.SftpServer;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@SftpServer
@Timeout(60)
class ReconnectTest {
  @TempDir Path local;
  private FaultProxy proxy;

  @BeforeEach
  void listen(TestServer server) throws IOException {
    proxy = FaultProxy.to(server);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private Connection connect(TestServer server, RemoteFolder remote) throws IOException {
    return Connection.connect(
        Client.options(server, proxy.port()).defaultPath(remote.path()).build());
  }

  @Test
  void keepsItsWorkingDirectoryOverAnIdleDisconnect(TestServer server, RemoteFolder remote)
      throws IOException {
    try (var sftp = connect(server, remote)) {
      sftp.mkdir("in");
      sftp.chdir("in");
      proxy.cutNow();
      Await.until("the loss is known", () -> !sftp.isConnected());

      sftp.writeString("f", "text");
      assertThat(sftp.pwd()).isEqualTo(remote.path("in"));
      assertThat(sftp.readString("f")).isEqualTo("text");
      proxy.cutNow();
      assertThat(sftp.stat("f").size()).isEqualTo(4);
    }
  }

  @Test
  void goesOnWithADownload(TestServer server, RemoteFolder remote) throws IOException {
    Trees.file(remote.local("big"), 1, 20_000_000);
    try (var sftp = connect(server, remote)) {
      proxy.cutAfter(Direction.DOWN, 10_000_000, Cut.RST);

      TransferResult result = sftp.get("big", local.resolve("big"));

      assertThat(local.resolve("big")).hasSameBinaryContentAs(remote.local("big"));
      assertThat(result.attempts()).isEqualTo(2);
      System.err.println(result);
    }
  }

  @Test
  void goesOnWithAnUpload(TestServer server, RemoteFolder remote) throws IOException {
    Trees.file(local.resolve("big"), 1, 20_000_000);
    try (var sftp = connect(server, remote)) {
      proxy.cutAfter(Direction.UP, 10_000_000, Cut.RST);

      TransferResult result = sftp.put(local.resolve("big"), "big");

      assertThat(local.resolve("big")).hasSameBinaryContentAs(remote.local("big"));
      assertThat(result.attempts()).isEqualTo(2);
      System.err.println(result);
    }
  }
}
