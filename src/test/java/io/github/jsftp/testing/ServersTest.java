package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.JSchException;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

@ParameterizedClass
@EnumSource(TestServer.Kind.class)
final class ServersTest {
  private static TestServer server;

  @Parameter TestServer.Kind kind;

  @BeforeParameterizedClassInvocation
  static void start(TestServer.Kind kind) throws Exception {
    server =
        switch (kind) {
          case MINA -> MinaServer.start();
          case OPENSSH -> OpenSshServer.start();
        };
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    assertThat(server.home()).doesNotExist();
  }

  @BeforeEach
  void awaitIdle() {
    server.awaitIdle();
  }

  @Test
  void isOfTheKindAskedFor() {
    assertThat(server.kind()).isEqualTo(kind);
  }

  @Test
  void startsSessionsAtHomeAndServesAbsolutePaths() throws Exception {
    var session = RawJsch.connect(server);
    try {
      var sftp = RawJsch.sftp(session);
      assertThat(sftp.pwd()).isEqualTo(server.home().toString());
      sftp.put(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)), "grüß 😀");
      assertThat(server.home().resolve("grüß 😀")).hasContent("hello");
      assertThat(sftp.stat(server.home() + "/grüß 😀").getSize()).isEqualTo(5);
    } finally {
      session.disconnect();
    }
  }

  @Test
  void knowsWhoIsThere() throws Exception {
    var session = RawJsch.connect(server);
    var sftp = RawJsch.sftp(session);
    assertThat(server.openSessions()).isEqualTo(1);
    assertThat(server.leftovers()).isNotEmpty();
    try (var open = sftp.put("open")) {
      open.flush();
      assertThat(server.openHandles()).isEqualTo(1);
    }
    Eventually.until("handle closed", () -> server.openHandles() == 0);
    assertThatThrownBy(() -> server.awaitIdle(Duration.ofMillis(50)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("clients left on the server: [");
    session.disconnect();
    server.awaitIdle();
    assertThat(server.openSessions()).isZero();
  }

  @Test
  void breaksConnections() throws Exception {
    var session = RawJsch.connect(server);
    RawJsch.sftp(session);
    server.disconnectAll();
    Eventually.until("end of the session", () -> !session.isConnected());
  }

  @Test
  void showsTheKeysItSays() throws Exception {
    var session = RawJsch.connect(server);
    HostKey shown = session.getHostKey();
    session.disconnect();
    var key = new PublicHostKey(shown.getType(), shown.getKey());
    assertThat(server.hostKeys()).contains(key);
    assertThat(server.hostKeyFingerprints())
        .contains(key.fingerprint())
        .allMatch(print -> print.matches("SHA256:[A-Za-z0-9+/]{43}"));
    assertThat(Base64.getDecoder().decode(key.base64())).isNotEmpty();
    assertThat(server.knownHosts())
        .content()
        .contains("[127.0.0.1]:" + server.port() + " " + key.type() + " " + key.base64());
  }

  @Test
  void runsCommands() throws Exception {
    var session = RawJsch.connect(server);
    try {
      assertThat(RawJsch.exec(session, "echo 'a  b'; echo bad >&2; exit 3"))
          .isEqualTo(new RawJsch.Ran(3, "a  b\n", "bad\n"));
      assertThat(RawJsch.exec(session, "printf 'a\\r\\nb\\n\\n'").out()).isEqualTo("a\r\nb\n\n");
      assertThat(RawJsch.exec(session, "head -c 3000000 /dev/zero").out()).hasSize(3_000_000);
    } finally {
      session.disconnect();
    }
  }

  @Test
  void acceptsThePasswordWhereThereIsOne() throws Exception {
    assertThat(server.password().isPresent()).isEqualTo(server.is(TestServer.Kind.MINA));
    if (server.password().isPresent()) {
      var password = server.password().get();
      RawJsch.connect(server.port(), server.username(), password).disconnect();
      assertThatThrownBy(() -> RawJsch.connect(server.port(), server.username(), "wrong"))
          .isInstanceOf(JSchException.class);
    }
  }

  @Test
  void takesSettings() throws Exception {
    try (TestServer limited =
        switch (kind) {
          case MINA -> MinaServer.start(mina -> mina.setSubsystemFactories(null));
          case OPENSSH -> OpenSshServer.start("Subsystem other /bin/false", "MaxSessions 1");
        }) {
      var session = RawJsch.connect(limited);
      assertThatThrownBy(() -> RawJsch.sftp(session)).isInstanceOf(JSchException.class);
      session.disconnect();
      limited.awaitIdle();
    }
  }

  @Test
  void saysWhySshdDidNotStart() {
    assertThatThrownBy(() -> OpenSshServer.start("Nonsense yes"))
        .hasMessageContaining("sshd did not start; its log says:")
        .hasMessageContaining("Bad configuration option: Nonsense");
  }

  @Test
  void takesAnotherPortWhenAProgramIsQuicker() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var ports = List.of(taken.getLocalPort(), OpenSshServer.freePort()).iterator();
      try (var other = OpenSshServer.start(ports::next)) {
        assertThat(other.port()).isNotEqualTo(taken.getLocalPort());
        assertThat(ports).isExhausted();
      }
    }
  }

  @Test
  void asksForSshdWhereItIsMissing() {
    var sentence =
        "OpenSSH tests need an sshd binary: install openssh-server"
            + " (apt-get install openssh-server)";
    assertThat(OpenSshServer.noBinary(false))
        .isInstanceOf(TestAbortedException.class)
        .hasMessage(sentence);
    assertThat(OpenSshServer.noBinary(true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(sentence);
  }
}
