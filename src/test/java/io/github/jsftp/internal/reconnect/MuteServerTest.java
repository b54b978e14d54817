package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.SftpException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that stops replying. A test exceeds its limit only if something waits without one. */
@LeakCheck
@Timeout(300)
class MuteServerTest {
  private static final Duration LIMIT = Duration.ofMillis(500);

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

  private Connection connect(TestServer server, ServerFolder remote) throws IOException {
    return Connection.connect(
        Connections.options(server, proxy.port())
            .defaultPath(remote.path())
            .reconnect(false)
            .build());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PUT") // cleaning up may take 5 s more
  void failsACopyInTime(CopyUnderFault.CopyType type, TestServer server, ServerFolder remote)
      throws Exception {
    var copy = new CopyUnderFault(type, local, remote);
    try (var sftp = connect(server, remote)) {
      sftp.timeout(LIMIT);
      proxy.doAfter(type.direction(), CopyUnderFault.MIDDLE, proxy::stall);
      assertThatThrownBy(() -> copy.run(sftp)).satisfies(MuteServerTest::isTimeout);
    }
    proxy.close();
    server.awaitIdle();
    copy.removeRemoteTemporaries();
    copy.assertOldOrNew();
  }

  @ParameterizedTest
  @EnumSource
  void copiesAgainWhenTheServerResumes(
      CopyUnderFault.CopyType type, TestServer server, ServerFolder remote) throws Exception {
    var copy = new CopyUnderFault(type, local, remote);
    try (var sftp = connect(server, remote)) {
      sftp.timeout(LIMIT);
      proxy.stall();
      assertThatThrownBy(() -> copy.run(sftp)).satisfies(MuteServerTest::isTimeout);
      copy.assertOldOrNew();
      proxy.resume();
      sftp.timeout(Duration.ofSeconds(10));

      copy.run(sftp);

      copy.assertNew();
      assertThat(sftp.stat("/").isDir()).isTrue();
    }
  }

  private interface Action {
    void on(Connection sftp) throws IOException;
  }

  private void endsAndGoesOn(TestServer server, ServerFolder remote, Action action)
      throws IOException {
    Files.writeString(remote.local("f"), "text");
    try (var sftp = connect(server, remote)) {
      action.on(sftp);
      sftp.timeout(LIMIT);
      proxy.stall();
      assertThatThrownBy(() -> action.on(sftp)).satisfies(MuteServerTest::isTimeout);
      proxy.resume();
      sftp.timeout(Duration.ofSeconds(10));
      action.on(sftp);
      proxy.stall();
    }
  }

  @Test
  void failsASingleRequestInTime(TestServer server, ServerFolder remote) throws IOException {
    endsAndGoesOn(server, remote, sftp -> assertThat(sftp.stat("f").size()).isEqualTo(4));
  }

  @Test
  void failsAListingInTime(TestServer server, ServerFolder remote) throws IOException {
    endsAndGoesOn(server, remote, sftp -> assertThat(sftp.listdir()).containsExactly("f"));
  }

  @Test
  void failsAWalkInTime(TestServer server, ServerFolder remote) throws IOException {
    endsAndGoesOn(
        server, remote, sftp -> sftp.walkTree(".", file -> {}, directory -> {}, other -> {}));
  }

  @Test
  void failsReadingAFileInTime(TestServer server, ServerFolder remote) throws IOException {
    Trees.file(remote.local("f"), 1, 3_000_000);
    try (var sftp = connect(server, remote)) {
      try (var file = sftp.open("f", StandardOpenOption.READ)) {
        var first = ByteBuffer.allocate(10);
        assertThat(file.read(first)).isEqualTo(10);
        sftp.timeout(LIMIT);
        proxy.stall();
        var rest = ByteBuffer.allocate(3_000_000);
        assertThatThrownBy(
                () -> {
                  while (file.read(rest) > 0) {}
                })
            .satisfies(MuteServerTest::isTimeout);
      } catch (SftpException closing) {
        isTimeout(closing);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 1000, 2000})
  void failsConnectingInTime(int bytesPerSecond, TestServer server) throws IOException {
    if (bytesPerSecond == 0) {
      proxy.stall();
    } else {
      proxy.throttle(bytesPerSecond); // slower than the limit allows
    }
    var options =
        Connections.options(server, proxy.port())
            .connectTimeout(LIMIT)
            .timeout(Duration.ofHours(1)) // applies only after connecting
            .build();
    assertThatThrownBy(() -> Connection.connect(options).close())
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("timed out");
  }

  @Test
  void failsACommandByTheKeepAlive(TestServer server, ServerFolder remote) throws Exception {
    var options =
        Connections.options(server, proxy.port()).keepAlive(Duration.ofSeconds(1)).build();
    try (var sftp = Connection.connect(options)) {
      var started = new CompletableFuture<Void>();
      Path flag = remote.local("started");
      var waiter =
          new Thread(
              () -> {
                io.github.jsftp.testing.Eventually.until("command runs", () -> Files.exists(flag));
                proxy.stall();
                started.complete(null);
              });
      waiter.start();
      assertThatThrownBy(() -> sftp.execute("touch " + flag + "; exec sleep 600"))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("execute: ");
      started.get();
      io.github.jsftp.testing.Eventually.until(
          "the line is known to be lost", () -> !sftp.isConnected());
    }
  }

  private static void isTimeout(Throwable failure) {
    assertThat(failure).isInstanceOfAny(OperationTimeoutException.class, ConnectionException.class);
  }
}
