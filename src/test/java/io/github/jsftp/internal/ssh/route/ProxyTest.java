package io.github.jsftp.internal.ssh.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.Proxy;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.ReservedPort;
import io.github.jsftp.testing.SilentPeer;
import io.github.jsftp.testing.TestProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections through proxies that work, and through those that do not. */
@LeakCheck
@Timeout(300)
class ProxyTest {
  @TempDir private Path dir;
  private static OpenSshServer server;

  @BeforeAll
  static void start() throws IOException {
    server = OpenSshServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void looksUpTheNameOfTheHost(Proxy.Kind kind) throws IOException {
    try (var proxy = start(kind, null);
        Connection sftp = connect("server.test", to(kind, proxy))) {
      assertThat(sftp.exists("/")).isTrue();
      assertThat(proxy.targets()).containsExactly("server.test:" + server.port());
    }
  }

  @ParameterizedTest
  @EnumSource
  void isGivenAddressesAsTheyAre(Proxy.Kind kind) throws IOException {
    try (var proxy = start(kind, null);
        Connection sftp = connect("127.0.0.1", to(kind, proxy))) {
      assertThat(sftp.isConnected()).isTrue();
      assertThat(proxy.targets()).containsExactly("127.0.0.1:" + server.port());
    }
  }

  @ParameterizedTest
  @EnumSource
  void isGivenTheCredentials(Proxy.Kind kind) throws IOException {
    String expected = kind == Proxy.Kind.SOCKS4 ? "jürgen" : "jürgen:päss:wörd";
    try (var proxy = start(kind, latin(kind, expected));
        Connection sftp =
            connect("server.test", to(kind, proxy).credentials("jürgen", "päss:wörd"))) {
      assertThat(sftp.isConnected()).isTrue();
    }
  }

  /** The SOCKS4 proxy of the tests reads bytes as characters. */
  private static String latin(Proxy.Kind kind, String text) {
    return kind == Proxy.Kind.SOCKS4 ? new String(text.getBytes(UTF_8), ISO_8859_1) : text;
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP", "SOCKS5"})
  void namesTheUserWhomItRefuses(Proxy.Kind kind) throws IOException {
    try (var proxy = start(kind, "me:right")) {
      Proxy wrong = to(kind, proxy).credentials("me", "top-secret");
      assertThatThrownBy(() -> connect("server.test", wrong))
          .isInstanceOf(AuthenticationException.class)
          .hasMessage(
              "connect: the %s refused user me [root@server.test:%d]", wrong, server.port());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP", "SOCKS5"})
  void saysThatItWantsCredentials(Proxy.Kind kind) throws IOException {
    try (var proxy = start(kind, "me:right")) {
      assertThatThrownBy(() -> connect("server.test", to(kind, proxy)))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining(
              "the %s wants credentials; set them with Proxy.credentials(..) [", to(kind, proxy));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP, it said 'HTTP/1.1 502 Bad Gateway'",
    "SOCKS4, code 91",
    "SOCKS5, connection refused"
  })
  void saysWhyItDoesNotConnect(Proxy.Kind kind, String why) throws IOException {
    try (var closed = ReservedPort.any();
        var proxy = start(kind, null)) {
      var options = options("server.test").port(closed.port()).proxy(to(kind, proxy)).build();
      assertThatThrownBy(() -> Connection.connect(options))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(
              "connect: the %s does not connect to server.test:%d: %s [",
              to(kind, proxy), closed.port(), why);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isNamedIfItCannotBeReached(Proxy.Kind kind) throws IOException {
    try (var closed = ReservedPort.any()) {
      Proxy refusing = of(kind, "127.0.0.1", closed.port());
      assertThatThrownBy(() -> connect("server.test", refusing))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("can't reach the " + refusing + ": connection refused [");
    }
    Proxy unknown = of(kind, "proxy.invalid", 1080);
    assertThatThrownBy(() -> connect("server.test", unknown))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("can't reach the " + unknown + ": unknown host [");
  }

  @ParameterizedTest
  @EnumSource
  void isNamedIfItDoesNotRespond(Proxy.Kind kind) throws IOException {
    try (var mute = SilentPeer.mute()) {
      Proxy proxy = of(kind, mute.host(), mute.port());
      var options = options("server.test").proxy(proxy).connectTimeout(Duration.ofSeconds(2));
      assertThatThrownBy(() -> Connection.connect(options.build()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("timed out after 2 s while waiting for the " + proxy + " [");
    }
  }

  @ParameterizedTest
  @EnumSource
  void isNamedIfItCloses(Proxy.Kind kind) throws IOException {
    try (var peer = TestProxy.closingAfter(new byte[0])) {
      assertThatThrownBy(() -> connect("server.test", to(kind, peer)))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(to(kind, peer).toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void isQuotedIfItIsNoProxy(Proxy.Kind kind) throws IOException {
    try (var peer = TestProxy.saying("SSH-2.0-test\r\n".getBytes(UTF_8))) {
      assertThatThrownBy(() -> connect("server.test", to(kind, peer)))
          .isInstanceOf(ConnectionException.class)
          .hasMessageMatching(
              "connect: the peer at 127.0.0.1:%d is not an? %s proxy: it said 'SSH-2.*"
                  .formatted(peer.port(), kind));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1\r\n\r\n", // no status
        "HTTP/1.1 2000 OK\r\n\r\n", // a status of four digits
        "HTTP/1.1 -20 OK\r\n\r\n",
        "HTTP/x 200 OK\r\n\r\n"
      })
  void isQuotedIfItsHttpIsInvalid(String answer) throws IOException {
    try (var peer = TestProxy.saying(answer.getBytes(UTF_8))) {
      assertThatThrownBy(() -> connect("server.test", to(Proxy.Kind.HTTP, peer)))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("is not an HTTP proxy: it said '" + answer.strip() + "'");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP", "SOCKS5"})
  void keepsTheCredentialsOutOfTheLog(Proxy.Kind kind) throws IOException {
    Path log = dir.resolve("log");
    try (var proxy = start(kind, "me:top-secret")) {
      var options = options("server.test").log(log);
      Connection.connect(options.proxy(to(kind, proxy).credentials("me", "top-secret")).build())
          .close();
      options.proxy(to(kind, proxy).credentials("me", "wrong-secret"));
      assertThatThrownBy(() -> Connection.connect(options.build()))
          .message()
          .doesNotContain("secret");
    }
    assertThat(log)
        .content()
        .doesNotContain("secret")
        .doesNotContain(Base64.getEncoder().encodeToString("me:top-secret".getBytes(UTF_8)));
  }

  @Test
  void isAbandonedIfItsHeaderHasNoEnd() throws IOException {
    String endless = "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(100_000);
    try (var peer = TestProxy.saying(endless.getBytes(UTF_8))) {
      assertThatThrownBy(() -> connect("server.test", to(Proxy.Kind.HTTP, peer)))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("is not an HTTP proxy");
    }
  }

  @Test
  void isToldThatOnlyBasicIsSupported() throws IOException {
    String answer =
        String.join(
            "\r\n",
            "HTTP/1.1 407 Who are you",
            "Proxy-Authenticate: Negotiate",
            "proxy-authenticate: NTLM",
            "",
            "");
    try (var peer = TestProxy.saying(answer.getBytes(UTF_8))) {
      assertThatThrownBy(() -> connect("server.test", to(Proxy.Kind.HTTP, peer)))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining("wants a login by 'Negotiate, NTLM', but only Basic is supported");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "05, connection to the SOCKS5 proxy",
    "0503, is not a SOCKS5 proxy",
    "05ff, wants credentials",
    "0500 04000001 00000000 0000, is not a SOCKS5 proxy",
    "0500 05020001 00000000 0000, not allowed by its rules",
    "0500 05aa0001 00000000 0000, code 170",
    "0500 05000009 00000000 0000, is not a SOCKS5 proxy",
    "0500 050000, connection to the SOCKS5 proxy"
  })
  void isQuotedIfItsAnswerOnSocksIsInvalid(String answer, String message) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(answer.replace(" ", ""));
    try (var peer = TestProxy.closingAfter(bytes)) {
      assertThatThrownBy(() -> connect("server.test", to(Proxy.Kind.SOCKS5, peer)))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void mayBeTheWayToAJumpHost() throws IOException {
    try (var proxy = TestProxy.socks5(null)) {
      var jump = options("server.test").proxy(to(Proxy.Kind.SOCKS5, proxy)).build();
      try (Connection sftp =
          Connection.connect(options("127.0.0.1").username("root").jumpHost(jump).build())) {
        assertThat(sftp.isConnected()).isTrue();
      }
      assertThat(proxy.targets()).containsExactly("server.test:" + server.port());
    }
  }

  private static TestProxy start(Proxy.Kind kind, String credentials) throws IOException {
    return switch (kind) {
      case HTTP -> TestProxy.http(credentials);
      case SOCKS4 -> TestProxy.socks4(credentials);
      case SOCKS5 -> TestProxy.socks5(credentials);
    };
  }

  private static Proxy to(Proxy.Kind kind, TestProxy proxy) {
    return of(kind, "127.0.0.1", proxy.port());
  }

  private static Proxy of(Proxy.Kind kind, String host, int port) {
    return switch (kind) {
      case HTTP -> Proxy.http(host, port);
      case SOCKS4 -> Proxy.socks4(host, port);
      case SOCKS5 -> Proxy.socks5(host, port);
    };
  }

  private static Connection connect(String host, Proxy proxy) throws IOException {
    return Connection.connect(options(host).proxy(proxy).build());
  }

  private static ConnectionOptions.Builder options(String host) {
    return ConnectionOptions.builder(host)
        .port(server.port())
        .username(server.username())
        .privateKey(server.privateKey())
        .hostKeys(HostKeys.acceptAnyInsecurely());
  }
}
