package io.github.jsftp.internal.ssh.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.SoftwareAgent;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins to a real sshd with FIDO security keys, which an agent signs with. */
@Timeout(300)
class SecurityKeyTest {
  @TempDir private static Path shared;
  private static OpenSshServer server;
  private static Path authorizedKeys;
  private static Path authority;

  @TempDir private Path dir;
  private SoftwareAgent agent;

  @BeforeAll
  static void startServer() throws IOException {
    authorizedKeys = Files.createFile(shared.resolve("authorized_keys"));
    authority = shared.resolve("ca");
    Users.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", authority.toString());
    server =
        OpenSshServer.start(
            "AuthorizedKeysFile " + authorizedKeys, "TrustedUserCAKeys " + authority + ".pub");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void start() throws IOException {
    agent = SoftwareAgent.start(dir);
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519-sk", "ecdsa-sk"})
  void logsInThroughTheAgent(String type) throws IOException {
    agent.add(authorized(SoftwareAgent.Key.generate("token", type)));
    login(options());
    assertThat(agent.signed()).containsExactly("token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519-sk", "ecdsa-sk"})
  void logsInWithACertificate(String type) throws IOException {
    SoftwareAgent.Key key = SoftwareAgent.Key.generate("token", type);
    Path file = Files.writeString(dir.resolve("id.pub"), key.publicLine() + "\n");
    Users.run(
        "ssh-keygen",
        "-q",
        "-s",
        authority.toString(),
        "-I",
        "x",
        "-n",
        server.username(),
        file.toString());
    Files.writeString(authorizedKeys, "");
    agent.add(key);
    login(options().certificate(dir.resolve("id-cert.pub")));
    assertThat(agent.signed()).containsExactly("token");
  }

  @Test
  void signsOnlyIfTheServerAcceptsIt() throws IOException {
    agent.add(SoftwareAgent.Key.generate("other", "ed25519-sk"));
    agent.add(authorized(SoftwareAgent.Key.generate("token", "ed25519-sk")));
    login(options());
    assertThat(agent.signed()).containsExactly("token");
  }

  @Test
  void isNamedIfItDoesNotSign() throws IOException {
    agent.add(authorized(SoftwareAgent.Key.untouched("token")));
    assertThatThrownBy(() -> login(options()))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("; the ssh-agent did not sign with agent key token");
  }

  @Test
  void isSelectedByItsFile() throws IOException {
    SoftwareAgent.Key key = authorized(SoftwareAgent.Key.generate("token", "ed25519-sk"));
    Path file = Files.writeString(dir.resolve("id_ed25519_sk"), key.file());
    assertThatThrownBy(() -> login(options().agent(false).privateKey(file)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: private key %s belongs to a security key (sk-ssh-ed25519@openssh.com), which"
                + " only an ssh-agent can use; add it with ssh-add [%s]",
            file, Ssh.peer(server));
    assertThatThrownBy(() -> login(options().privateKey(file).identitiesOnly(true)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("; the ssh-agent at " + agent.socket() + " does not have it");
    agent.add(SoftwareAgent.Key.generate("other", "ed25519-sk"));
    agent.add(key);
    login(options().privateKey(file).identitiesOnly(true));
    assertThat(agent.signed()).containsExactly("token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // closes the connection
        "ffffffff0e", // 4 GiB
        "00000001" + "0e", // no signature
        "00000005" + "0e" + "7fffffff", // a signature of 2 GiB
        "00000005" + "0e" + "80000000", // one of a negative length
        "00000005" + "0e" + "00000000", // an empty one
        "00000009" + "0e" + "00000004" + "01020304",
        "00000001" + "05", // a failure
        "00000001" + "ff",
      })
  void isRefusedIfTheAgentSendsNoSignature(String reply) throws IOException {
    agent.add(authorized(SoftwareAgent.Key.generate("token", "ed25519-sk")));
    agent.lie(HexFormat.of().parseHex(reply));
    assertThatThrownBy(() -> login(options()))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("agent key token");
  }

  @Test
  void isRefusedIfTheAgentSendsMoreThanASignature() throws IOException {
    agent.add(authorized(SoftwareAgent.Key.generate("token", "ed25519-sk")));
    int length = 30_000;
    agent.lie(
        ByteBuffer.allocate(9 + length).putInt(5 + length).put((byte) 14).putInt(length).array());
    assertThatThrownBy(() -> login(options()))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("can't use the ssh-agent at " + agent.socket())
        .hasMessageContaining(": it sent an invalid reply; the ssh-agent did not sign with agent");
  }

  @Test
  void isUsedAlthoughTheAgentListsAKeyThatIsTooLong() throws IOException {
    agent.listHugeKey(30_000);
    agent.add(authorized(SoftwareAgent.Key.generate("token", "ed25519-sk")));
    login(options());
    assertThat(agent.signed()).containsExactly("token");
  }

  @Test
  void isNotWaitedForLongerThanTheLimit() throws IOException {
    agent.add(authorized(SoftwareAgent.Key.generate("token", "ed25519-sk")));
    agent.fallSilent();
    assertThatThrownBy(() -> login(options().connectTimeout(Duration.ofSeconds(6))))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining(
            "timed out after 6 s while waiting for the ssh-agent to sign with agent key token");
    Eventually.until(
        "no thread to wait for the agent",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("jsftp")));
  }

  private static SoftwareAgent.Key authorized(SoftwareAgent.Key key) throws IOException {
    Files.writeString(authorizedKeys, key.publicLine() + "\n");
    return key;
  }

  private ConnectionOptions.Builder options() {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username(server.username())
        .knownHosts(server.knownHosts())
        .agent(agent.socket());
  }

  private static void login(ConnectionOptions.Builder options) throws IOException {
    Ssh.open(options).close();
  }
}
