package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.JSchException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.internal.ssh.support.Wording;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FailedConnects;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ReservedPort;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@OnEachServer
@Tag("long-on-openssh")
class ConnectingTest {
  @TempDir private Path temporary;

  @Test
  void opensTransportsAndNotifiesOfTheirEnd(TestServer server) throws Exception {
    try (SshConnection connection = Ssh.open(server)) {
      var first = new Ssh.DiscardedReplies();
      var second = new Ssh.DiscardedReplies();
      Transport closed = connection.open(first);
      connection.open(second);
      closed.close();
      Eventually.until("the end of the first link", first::isClosed);
      assertThat(second.isClosed()).isFalse();
      assertThatThrownBy(() -> closed.requests().write(1)).isInstanceOf(IOException.class);
      assertThat(connection.isConnected()).isTrue();
      server.disconnectAll();
      Eventually.until("the end of the second link", second::isClosed);
      Eventually.until("the end of the connection", () -> !connection.isConnected());
      Eventually.until("the reason", () -> connection.whyLost() != null);
      assertThatThrownBy(() -> connection.open(new Ssh.DiscardedReplies()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("connect: connection lost: ");
    }
  }

  @Test
  void endsItsTransportsAndThreadsOnClose(TestServer server) throws Exception {
    var replies = new Ssh.DiscardedReplies();
    SshConnection connection = Ssh.open(server);
    connection.open(replies);
    assertThat(threads()).isNotEmpty().allMatch(Thread::isDaemon);
    connection.close();
    connection.close();
    assertThat(replies.isClosed()).isTrue();
    assertThat(connection.isConnected()).isFalse();
    assertThatThrownBy(() -> connection.open(new Ssh.DiscardedReplies()))
        .hasMessage("connect: the connection is closed [%s]", Ssh.peer(server));
    awaitEndOfThreads();
  }

  @Test
  void closesAlthoughAWriterBlocksOnADeadPeer(TestServer server) throws Exception {
    try (var relay = new Relay(server)) {
      SshConnection connection =
          Ssh.open(
              ConnectionOptions.builder("127.0.0.1")
                  .port(relay.port())
                  .username(server.username())
                  .privateKey(server.privateKey())
                  .hostKeys(HostKeys.acceptAnyInsecurely()));
      var writers = new ArrayList<Thread>();
      var links = new ArrayList<Transport>();
      var written = new AtomicLong();
      // The windows together exceed the buffers of the sockets.
      for (int i = 0; i < 6; i++) {
        Transport transport = connection.open(new Ssh.DiscardedReplies());
        links.add(transport);
        writers.add(DaemonThreads.create("writer", () -> writeOn(transport, written)));
      }
      relay.freeze();
      writers.forEach(Thread::start);
      Eventually.until("a writer blocks", new StableNumber(written)::isStable);
      assertThat(writers).anyMatch(ConnectingTest::isInSocket);
      links.get(0).close();
      connection.close();
      Eventually.until("end of the writers", () -> writers.stream().noneMatch(Thread::isAlive));
    }
  }

  private static boolean isInSocket(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals("sun.nio.ch.NioSocketImpl"));
  }

  /** Checks that a number stays the same over many samples. */
  private static final class StableNumber {
    private final AtomicLong number;
    private long last = -1;
    private int looks;

    StableNumber(AtomicLong number) {
      this.number = number;
    }

    boolean isStable() {
      long now = number.get();
      looks = now == last ? looks + 1 : 0;
      last = now;
      return looks > 200;
    }
  }

  private static void writeOn(Transport transport, AtomicLong written) {
    try {
      while (true) {
        transport.requests().write(new byte[32 * 1024]);
        transport.requests().flush();
        written.incrementAndGet();
      }
    } catch (IOException e) {
      // Expected when the connection is closed.
    }
  }

  @Test
  void detectsADeadPeer(TestServer server) throws Exception {
    try (var proxy = FaultProxy.to(server);
        SshConnection connection =
            Ssh.open(through(proxy, server).keepAlive(Duration.ofMillis(700)))) {
      var replies = new Ssh.DiscardedReplies();
      connection.open(replies);
      proxy.stall();
      Eventually.until("the end of the link", replies::isClosed);
      Eventually.until("the reason", () -> connection.whyLost() != null);
      assertThat(connection.whyLost()).hasMessage("no response from the server for 2800 ms");
    }
  }

  @Test
  void staysConnectedWhileThePeerAnswersKeepAlives(TestServer server) throws Exception {
    try (var proxy = FaultProxy.to(server);
        SshConnection connection =
            Ssh.open(through(proxy, server).keepAlive(Duration.ofMillis(500)))) {
      long before = proxy.bytes(FaultProxy.Direction.DOWN);
      Eventually.until("answers", () -> proxy.bytes(FaultProxy.Direction.DOWN) > before + 200);
      assertThat(connection.isConnected()).isTrue();
    }
  }

  @Test
  void returnsTheAlgorithmsInUse(TestServer server) throws Exception {
    var options = Ssh.options(server).ciphers("aes256-ctr", "aes128-ctr").compression(true);
    try (SshConnection connection = Ssh.open(options)) {
      assertThat(connection.negotiated().cipherC2S()).isEqualTo("aes256-ctr");
      assertThat(connection.negotiated().cipherS2C()).isEqualTo("aes256-ctr");
      assertThat(connection.offeredAlgorithms().ciphers())
          .containsExactly("aes256-ctr", "aes128-ctr");
      assertThat(connection.offeredAlgorithms().keyExchanges())
          .contains("curve25519-sha256")
          .noneMatch(name -> name.startsWith("kex-strict"));
      assertThat(connection.offeredAlgorithms().hostKeyAlgorithms()).contains("rsa-sha2-512");
      assertThat(connection.offeredAlgorithms().macs()).contains("hmac-sha2-256");
      if (server.is(TestServer.Kind.OPENSSH)) {
        assertThat(connection.negotiated().compressionC2S()).isEqualTo("zlib@openssh.com");
        assertThat(connection.negotiated().compressionS2C()).isEqualTo("zlib@openssh.com");
        connection.open(new Ssh.DiscardedReplies());
      }
    }
  }

  @Test
  void refusesUnknownAlgorithms(TestServer server) {
    assertThatThrownBy(() -> Ssh.open(Ssh.options(server).ciphers("aes128-ctr", "aes512")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "ciphers: unknown algorithm \"aes512\"; known are aes128-gcm@openssh.com, aes256-gcm")
        .hasMessageContaining(", aes128-cbc, ")
        .message()
        .doesNotContain("none");
    assertThatThrownBy(() -> Ssh.open(Ssh.options(server).macs("aes128-ctr")))
        .hasMessageStartingWith("macs: unknown algorithm \"aes128-ctr\"; known are hmac-sha2-256");
    assertThatThrownBy(() -> Ssh.open(Ssh.options(server).keyExchanges("+dh")))
        .hasMessageStartingWith(
            "keyExchanges: unknown algorithm \"dh\"; known are mlkem768x25519-");
    assertThatThrownBy(() -> Ssh.open(Ssh.options(server).hostKeyAlgorithms("ssh-none")))
        .hasMessageStartingWith("hostKeyAlgorithms: unknown algorithm \"ssh-none\"; known are ");
    assertThatThrownBy(() -> Ssh.open(Ssh.options(server).ciphers("none")))
        .hasMessageStartingWith("ciphers: unknown algorithm \"none\"");
  }

  @Test
  void reportsWhatBothSidesOfferIfNoAlgorithmIsInCommon(TestServer server) {
    assertThatThrownBy(() -> Ssh.open(Ssh.options(server).ciphers("blowfish-cbc")))
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith(
            "connect: no cipher in common: this side offers blowfish-cbc, the server ")
        .hasMessageContaining("aes128-ctr")
        .hasMessageContaining("; ciphers(\"")
        .hasMessageContaining("\") would work [");
  }

  @Test
  void namesTheOptionThatWouldHaveWorked() throws Exception {
    for (var method : List.of(BuiltinDHFactories.dhg14_256, BuiltinDHFactories.dhg16_512)) {
      try (var server =
          MinaServer.start(
              it -> it.setKeyExchangeFactories(List.of(ServerBuilder.DH2KEX.apply(method))))) {
        assertThatThrownBy(() -> Ssh.open(Ssh.options(server).keyExchanges("curve25519-sha256")))
            .isInstanceOf(ConnectionException.class)
            .message()
            .contains("no key exchange method in common: this side offers curve25519-sha256, the")
            .contains("; keyExchanges(\"" + method.getName() + "\") would work [")
            .doesNotContain("ext-info", "kex-strict");
        Ssh.open(Ssh.options(server).keyExchanges(method.getName())).close();
      }
    }
  }

  @Test
  @EnabledForJreRange(
      maxVersion = 21,
      disabledReason = "from JDK 22 on java.base has elliptic curves, so no JVM is without them")
  void saysThatTheJvmLacksAProvider() throws Exception {
    try (var server = MinaServer.start()) {
      assertThat(WithoutCurves.connect(server, "ecdh-sha2-nistp256"))
          .contains("this JVM lacks a provider of cryptography for the algorithms asked for (")
          .contains("jdk.crypto.ec");
    }
  }

  /** A client in a JVM without elliptic curves. */
  static final class WithoutCurves {
    private WithoutCurves() {}

    /** Connects, and returns the message of the exception. */
    static String connect(MinaServer server, String keyExchange) throws Exception {
      Process client =
          new ProcessBuilder(
                  ChildJvm.command(
                      List.of("--limit-modules", "java.se"),
                      WithoutCurves.class.getName(),
                      List.of(
                          String.valueOf(server.port()),
                          server.knownHosts().toString(),
                          keyExchange)))
              .redirectErrorStream(true)
              .start();
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The client, run in its own JVM. */
    public static void main(String[] args) throws IOException {
      try {
        Ssh.open(
                ConnectingTest.options("127.0.0.1", Integer.parseInt(args[0]))
                    .hostKeys(HostKeys.knownHosts(Path.of(args[1])))
                    .keyExchanges(args[2]))
            .close();
      } catch (ConnectionException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void saysThatAHostIsUnknown() {
    assertThatThrownBy(() -> Ssh.open(options("host.invalid", 22)))
        .isInstanceOf(ConnectionException.class)
        .hasMessage("connect: unknown host [me@host.invalid:22]");
  }

  @Test
  void saysThatAConnectionIsRefused() throws Exception {
    try (var closed = ReservedPort.any()) {
      assertThatThrownBy(() -> Ssh.open(options("127.0.0.1", closed.port())))
          .isInstanceOf(ConnectionException.class)
          .hasMessage("connect: connection refused [me@127.0.0.1:%d]", closed.port());
    }
  }

  @Test
  void reportsAPeerThatSendsNothing() throws Exception {
    try (var peer = new Peer("")) {
      FailedConnects.timedOut(
          "connect: timed out after %d s while waiting for the server's greeting [me@127.0.0.1:"
              + peer.port()
              + "]",
          limit -> Ssh.open(peer.options().connectTimeout(limit)).close());
      Eventually.until("end of the line", peer::isLeft);
    }
  }

  @Test
  void reportsThePhaseInWhichAPeerFellSilent() throws Exception {
    try (var peer = new Peer("SSH-2.0-mute\r\n")) {
      FailedConnects.timedOut(
          "timed out after %d s while exchanging keys",
          limit -> Ssh.open(peer.options().connectTimeout(limit)).close());
      Eventually.until("end of the line", peer::isLeft);
    }
  }

  @Test
  void saysThatAPeerClosesAtOnce() throws Exception {
    try (var peer = new Peer(null)) {
      assertThatThrownBy(() -> Ssh.open(peer.options()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("the server closed the connection before its greeting");
    }
  }

  @Test
  void quotesAPeerThatIsNotAnSshServer() throws Exception {
    try (var peer = new Peer("HTTP/1.1 400 Bad Request\r\n\r\n", true)) {
      assertThatThrownBy(() -> Ssh.open(peer.options()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(
              "the peer is not an SSH server: it said 'HTTP/1.1 400 Bad Request'");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Exceeded MaxStartups, the server closed the connection and said",
    "Not allowed at this time, the server closed the connection and said",
    "SSH-1.5-Cisco-1.25, the server does not speak version 2 of SSH: it said",
    "220 FTP ready, the peer is not an SSH server: it said"
  })
  void quotesAServersMessageBeforeItDisconnects(String words, String message) throws Exception {
    try (var peer = new Peer(words + "\r\n", true)) {
      assertThatThrownBy(() -> Ssh.open(peer.options()))
          .isInstanceOf(ConnectionException.class)
          .hasMessage("connect: %s '%s' [me@127.0.0.1:%d]", message, words, peer.port());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "220 FTP ready, the peer is not an SSH server: it said",
    "<html>Please log in</html>, the peer only said"
  })
  void quotesWhatAPeerSaysInsteadOfAGreeting(String words, String message) throws Exception {
    try (var peer = new Peer(words + "\r\n")) {
      FailedConnects.timedOut(
          "connect: timed out after %d s while waiting for the server's greeting: "
              + "%s '%s' [me@127.0.0.1:%d]".formatted(message, words, peer.port()),
          limit -> Ssh.open(peer.options().connectTimeout(limit)).close());
    }
  }

  @Test
  void replacesJschsMessages() {
    assertThat(Wording.of(new JSchException("verify: false"))).doesNotContain("verify");
    assertThat(Wording.of(new NullPointerException("Cannot invoke \"Cipher.isCBC()\", is null")))
        .isEqualTo("the server's data violates the SSH protocol");
    assertThat(Wording.of(new JSchException("invalid protocol: 42")))
        .isEqualTo("the server's data violates the SSH protocol");
  }

  @Test
  void stopsAtOnceWhenInterrupted() throws Exception {
    try (var peer = new Peer("")) {
      var flag = new AtomicBoolean();
      var outcome = new CompletableFuture<Throwable>();
      Thread caller =
          DaemonThreads.create(
              "caller",
              () -> {
                try {
                  Ssh.open(peer.options());
                } catch (Throwable e) {
                  flag.set(Thread.currentThread().isInterrupted());
                  outcome.complete(e);
                }
              });
      caller.start();
      Eventually.until("a connection", peer::isVisited);
      caller.interrupt();
      assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
      assertThat(flag).isTrue();
      Eventually.until("end of the line", peer::isLeft);
      awaitEndOfThreads();
    }
  }

  /** Waits for threads to end, for less than the lifetime of idle threads. */
  private static void awaitEndOfThreads() {
    Eventually.until(() -> "end of the threads", Duration.ofSeconds(8), () -> threads().isEmpty());
  }

  @Test
  void saysThatThereIsNoSftp() throws Exception {
    try (var server = MinaServer.start(it -> it.setSubsystemFactories(List.of()));
        SshConnection connection = Ssh.open(server)) {
      var granted = connection.open(new Ssh.DiscardedReplies()).accepted();
      assertThatThrownBy(granted::join)
          .cause()
          .isInstanceOf(ConnectionException.class)
          .hasMessage(
              "connect: the server has no SFTP subsystem; if it has the program,"
                  + " sftpServer(\"/usr/lib/openssh/sftp-server\") starts it [%s]",
              Ssh.peer(server));
    }
  }

  @Test
  void logsToAFileWithoutSecrets(TestServer server) throws Exception {
    Path log = temporary.resolve("log");
    Files.writeString(log, "before\n");
    Ssh.open(Ssh.options(server).password("top-secret").passphrase("even-more").log(log)).close();
    assertThat(log)
        .content()
        .startsWith("before\n")
        .contains("DEBUG " + Ssh.peer(server) + " Connecting to 127.0.0.1")
        .doesNotContain("top-secret")
        .doesNotContain("even-more");
    assertThat(Files.readAllLines(log).subList(1, 10))
        .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z (DEBUG|TRACE) .*"));
  }

  @Test
  void refusesALogFileThatCanNotBeWritten(TestServer server) {
    Path log = temporary.resolve("none/log");
    assertThatThrownBy(() -> Ssh.open(Ssh.options(server).log(log)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "connect: can't write the log file %s (no such file or directory) [%s]",
            log, Ssh.peer(server));
  }

  private static ConnectionOptions.Builder through(FaultProxy proxy, TestServer server) {
    return ConnectionOptions.builder(proxy.host())
        .port(proxy.port())
        .username(server.username())
        .privateKey(server.privateKey())
        .hostKeys(HostKeys.acceptAnyInsecurely());
  }

  private static ConnectionOptions.Builder options(String host, int port) {
    return ConnectionOptions.builder(host)
        .port(port)
        .username("me")
        .password("secret")
        .hostKeys(HostKeys.acceptAnyInsecurely());
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("jsftp"))
        .toList();
  }

  /** Forwards data with small buffers until it is frozen. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket();
    private final Socket target;
    private volatile boolean frozen;

    Relay(TestServer server) throws IOException {
      listener.setReceiveBufferSize(16 * 1024);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      target = new Socket(server.host(), server.port());
      DaemonThreads.start("relay", this::serve);
    }

    int port() {
      return listener.getLocalPort();
    }

    void freeze() {
      frozen = true;
    }

    private void serve() {
      try {
        Socket client = listener.accept();
        DaemonThreads.start("relay up", () -> copy(client, target));
        copy(target, client);
      } catch (IOException e) {
        // The test has ended.
      }
    }

    private void copy(Socket from, Socket to) {
      byte[] buffer = new byte[8 * 1024];
      try {
        int read = 0;
        while (read >= 0 && !frozen) {
          to.getOutputStream().write(buffer, 0, read);
          read = from.getInputStream().read(buffer);
        }
      } catch (IOException e) {
        // One of the two sides has disconnected.
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
      target.close();
    }
  }

  /** A peer that sends each client a single text. */
  private static final class Peer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private volatile boolean visited;
    private volatile boolean left;

    /** Sends a text and is then silent; disconnects at once if the text is null. */
    Peer(String words) throws IOException {
      this(words, words == null);
    }

    Peer(String words, boolean hangUp) throws IOException {
      DaemonThreads.start("peer", () -> serve(words, hangUp));
    }

    private void serve(String words, boolean hangUp) {
      while (!listener.isClosed()) {
        try (Socket socket = listener.accept()) {
          visited = true;
          left = false;
          if (words != null) {
            socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
          }
          if (hangUp) {
            socket.shutdownOutput();
          }
          while (socket.getInputStream().read() >= 0) {
            // Wait until the client disconnects.
          }
        } catch (IOException e) {
          // The client has disconnected, or the test has ended.
        }
        left = true;
      }
    }

    boolean isVisited() {
      return visited;
    }

    boolean isLeft() {
      return left;
    }

    int port() {
      return listener.getLocalPort();
    }

    ConnectionOptions.Builder options() {
      return ConnectingTest.options("127.0.0.1", port());
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  @Test
  void failsIfTheServerDoesNotConfirmAChannel() throws IOException {
    try (var server =
        MinaServer.start(it -> it.setChannelFactories(List.of(new SilentChannel())))) {
      FailedConnects.timedOut(
          "connect: timed out while waiting for SFTP to begin [me@127.0.0.1:" + server.port() + "]",
          limit -> Connection.connect(Ssh.options(server).connectTimeout(limit).build()).close());
    }
  }

  /** Creates channels that are never confirmed. */
  private static final class SilentChannel extends ChannelSessionFactory {
    @Override
    public Channel createChannel(Session session) {
      return new ChannelSession() {
        @Override
        public OpenFuture open(long recipient, long windowSize, long packetSize, Buffer buffer) {
          return new DefaultOpenFuture(this, futureLock);
        }
      };
    }
  }
}
