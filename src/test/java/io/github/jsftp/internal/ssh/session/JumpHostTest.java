package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FailedConnects;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FullListener;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.ReservedPort;
import io.github.jsftp.testing.SilentPeer;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections through jump hosts, over three real sshds. */
@LeakCheck
@Timeout(300)
class JumpHostTest {
  @TempDir private Path dir;
  private static OpenSshServer first;
  private static OpenSshServer second;
  private static OpenSshServer target;

  @BeforeAll
  static void start() throws IOException {
    first = OpenSshServer.start();
    second = OpenSshServer.start();
    target = OpenSshServer.start();
  }

  @AfterAll
  static void stop() {
    Stream.of(first, second, target).forEach(OpenSshServer::close);
  }

  @AfterEach
  void allSessionsEnd() {
    for (OpenSshServer server : List.of(first, second, target)) {
      Eventually.until("end of the sessions", () -> server.openSessions() == 0);
    }
  }

  @Test
  void connectsThroughTwoJumpHosts() throws IOException {
    try (Connection sftp = connect(through(through(Ssh.options(first), second), target))) {
      assertThat(sftp.pwd()).isEqualTo(target.home().toString());
      assertThat(sftp.execute("echo $SSH_CONNECTION").stdout())
          .contains(" " + target.port() + "\n");
      for (OpenSshServer server : List.of(first, second, target)) {
        Eventually.until("one session", () -> server.openSessions() == 1);
      }
    }
  }

  @Test
  void copiesBothWaysAtATime() throws Exception {
    byte[] content = Trees.bytes(1, 3 << 20);
    Path local = Files.write(dir.resolve("local"), content);
    Files.write(target.home().resolve("old"), content);
    try (Connection sftp = connect(through(Ssh.options(first), target))) {
      var upload = CompletableFuture.supplyAsync(() -> unchecked(() -> sftp.put(local, "new")));
      sftp.get("old", dir.resolve("got"));
      upload.get();
    }
    Trees.assertSameBytes(dir.resolve("got"), content);
    Trees.assertSameBytes(target.home().resolve("new"), content);
  }

  @Test
  void givesEachSessionASessionOfItsOwnWithTheJumpHost() throws IOException {
    try (var narrow = OpenSshServer.start("MaxSessions 1");
        Connection sftp = connect(through(Ssh.options(first), narrow))) {
      assertThat(sftp.exists("/")).isTrue(); // takes a second channel, and so a second session
      Eventually.until("two sessions", () -> narrow.openSessions() == 2);
      Eventually.until("two of the jump host", () -> first.openSessions() == 2);
    }
  }

  @Test
  void resolvesNamesAtTheJumpHost() throws IOException {
    // This machine does not know the name, and neither does the jump host.
    var unknown =
        ConnectionOptions.builder("host.invalid")
            .hostKeys(HostKeys.acceptAnyInsecurely())
            .jumpHost(Ssh.options(first).build());
    assertThatThrownBy(() -> connect(unknown))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("the jump host %s can't connect to host.invalid:22", Ssh.peer(first));
  }

  @Test
  void namesTheHopThatRefusesTheUser() {
    var hop = through(Ssh.options(first), second).privateKey(first.privateKey());
    var wrong =
        ConnectionOptions.builder(second.host())
            .port(second.port())
            .knownHosts(second.knownHosts())
            .password("wrong")
            .jumpHost(Ssh.options(first).build());
    assertThat(hop.build().jumpHost()).isPresent();
    assertThatThrownBy(() -> connect(through(wrong, target)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageStartingWith("connect: jump host %s: the server refused user", Ssh.peer(second))
        .hasMessageEndingWith(" [%s]", Ssh.peer(target))
        .extracting(e -> ((AuthenticationException) e).port())
        .isEqualTo(second.port());
  }

  @Test
  void checksTheHostKeyOfEachHop() {
    var stranger = Ssh.options(first).knownHosts(second.knownHosts());
    assertThatThrownBy(() -> connect(through(stranger, target)))
        .isInstanceOf(HostKeyException.class)
        .hasMessageContaining("jump host " + Ssh.peer(first) + ": ");
    assertThatThrownBy(
            () -> connect(through(Ssh.options(first), target).knownHosts(second.knownHosts())))
        .isInstanceOf(HostKeyException.class)
        .message()
        .doesNotContain("jump host");
  }

  @Test
  void triesOtherTypesOfKeysForAFingerprint() throws IOException {
    for (var key : target.hostKeys()) {
      var pinned = through(Ssh.options(first), target);
      connect(pinned.hostKeys(HostKeys.fingerprint(key.fingerprint()))).close();
    }
  }

  @Test
  void namesTheHopThatCannotBeReached() throws IOException {
    try (var reserved = ReservedPort.any()) {
      int closed = reserved.port();
      var unreachable =
          ConnectionOptions.builder("127.0.0.1").port(closed).username("me").password("x");
      assertThatThrownBy(() -> connect(through(unreachable, target)))
          .isInstanceOf(ConnectionException.class)
          .hasMessage(
              "connect: jump host me@127.0.0.1:%d: connection refused [%s]",
              closed, Ssh.peer(target));
      assertThatThrownBy(() -> connect(unreachable.jumpHost(Ssh.options(first).build())))
          .isInstanceOf(ConnectionException.class)
          .hasMessage(
              "connect: the jump host %s can't connect to 127.0.0.1:%d [me@127.0.0.1:%d]",
              Ssh.peer(first), closed, closed);
    }
  }

  @Test
  void namesTheHopThatAllowsNoForwarding() throws IOException {
    try (var strict = OpenSshServer.start("AllowTcpForwarding no")) {
      assertThatThrownBy(() -> connect(through(Ssh.options(strict), target)))
          .isInstanceOf(ConnectionException.class)
          .hasMessage(
              "connect: the jump host %s does not allow connections to %s:%d;"
                  + " AllowTcpForwarding and PermitOpen in its sshd_config decide that [%s]",
              Ssh.peer(strict), target.host(), target.port(), Ssh.peer(target));
      Eventually.until("end of the session", () -> strict.openSessions() == 0);
    }
  }

  @Test
  void namesTheHopThatDoesNotRespond() throws IOException {
    try (var mute = SilentPeer.mute()) {
      var silent =
          ConnectionOptions.builder(mute.host()).port(mute.port()).username("me").password("x");
      String peer = "me@127.0.0.1:" + mute.port();
      FailedConnects.timedOut(
          "jump host " + peer + ": timed out after %d s while waiting for the server's",
          limit -> connect(through(silent, target).connectTimeout(limit)));
      var jump = Ssh.options(first).build();
      FailedConnects.timedOut(
          "connect: timed out after %d s while waiting for the server's greeting [" + peer + "]",
          limit -> connect(silent.jumpHost(jump).connectTimeout(limit)));
    }
  }

  @Test
  void namesTheJumpHostThatCannotConnectInTime() throws IOException {
    try (var full = new FullListener()) {
      var deaf =
          ConnectionOptions.builder("127.0.0.1")
              .port(full.port())
              .username("me")
              .password("x")
              .jumpHost(Ssh.options(first).build());
      FailedConnects.timedOut(
          "connect: timed out after %d s while waiting for the jump host "
              + Ssh.peer(first)
              + " to connect [me@127.0.0.1:"
              + full.port()
              + "]",
          limit -> connect(deaf.connectTimeout(limit)));
    }
  }

  @Test
  void reestablishesAllHopsAfterTheJumpHostWasLost() throws IOException {
    try (Connection sftp = connect(through(through(Ssh.options(first), second), target))) {
      for (OpenSshServer dying : List.of(first, second, target)) {
        dying.disconnectAll();
        assertThat(sftp.exists("/")).isTrue();
      }
    }
  }

  @Test
  void saysThatTheJumpHostWasLost() throws IOException {
    var options = through(Ssh.options(first), target).reconnect(false);
    try (Connection sftp = connect(options)) {
      first.disconnectAll();
      Eventually.until("loss of the connection", () -> !sftp.isConnected());
      assertThatThrownBy(() -> sftp.list("/"))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(
              "connection lost: the connection to the jump host %s was lost", Ssh.peer(first));
    }
  }

  @Test
  void saysThatTheJumpHostWasLostBeforeTheServersGreeting() throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var silent =
          ConnectionOptions.builder("127.0.0.1")
              .port(listener.getLocalPort())
              .username("me")
              .password("x")
              .jumpHost(Ssh.options(first).build());
      var failure = CompletableFuture.supplyAsync(() -> catchThrowable(() -> connect(silent)));
      try (Socket socket = listener.accept()) {
        assertThat(socket.getInputStream().read()).isEqualTo('S'); // the client's greeting
        first.disconnectAll();
        assertThat(failure.get())
            .isInstanceOf(ConnectionException.class)
            .hasMessageStartingWith(
                "connect: the connection to the jump host %s was lost: ", Ssh.peer(first));
      }
    }
  }

  @Test
  void detectsADeadJumpHostByItsKeepAlive() throws IOException {
    try (var proxy = FaultProxy.to(first)) {
      var jump = throughProxy(proxy, first).keepAlive(Duration.ofMillis(500), 2).build();
      var options = Ssh.options(target).jumpHost(jump).keepAlive(Duration.ZERO).reconnect(false);
      try (Connection sftp = connect(options)) {
        proxy.stall();
        Eventually.until("loss of the connection", () -> !sftp.isConnected());
        assertThatThrownBy(() -> sftp.list("/"))
            .hasMessageContaining("no response from the server for 1500 ms");
      }
    }
  }

  @Test
  void detectsADeadTargetByItsKeepAlive() throws IOException {
    try (var proxy = FaultProxy.to(target)) {
      var options =
          throughProxy(proxy, target)
              .jumpHost(Ssh.options(first).build())
              .keepAlive(Duration.ofMillis(500), 2)
              .reconnect(false);
      try (Connection sftp = connect(options)) {
        proxy.stall();
        Eventually.until("loss of the connection", () -> !sftp.isConnected());
        assertThatThrownBy(() -> sftp.list("/"))
            .hasMessageContaining("connection lost: no response from the server for 1500 ms");
      }
    }
  }

  @Test
  void closesAlthoughTheJumpHostIsFrozen() throws IOException {
    try (var frozen = OpenSshServer.start()) {
      Connection sftp = connect(through(through(Ssh.options(frozen), second), target));
      frozen.freeze();
      sftp.close();
      assertThat(sftp.isConnected()).isFalse();
      frozen.thaw();
    }
  }

  private static ConnectionOptions.Builder through(
      ConnectionOptions.Builder jump, TestServer server) {
    return Ssh.options(server).jumpHost(jump.build());
  }

  private static ConnectionOptions.Builder throughProxy(FaultProxy proxy, TestServer server) {
    return ConnectionOptions.builder(proxy.host())
        .port(proxy.port())
        .username(server.username())
        .privateKey(server.privateKey())
        .hostKeys(HostKeys.acceptAnyInsecurely());
  }

  private static Connection connect(ConnectionOptions.Builder options) throws IOException {
    return Connection.connect(options.build());
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T unchecked(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
