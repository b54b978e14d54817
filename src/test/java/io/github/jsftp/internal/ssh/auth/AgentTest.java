package io.github.jsftp.internal.ssh.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.SshAgent;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A login with the keys of a real ssh-agent on a real sshd, and with agents that fail. */
@Timeout(300)
class AgentTest {
  @TempDir private static Path shared;
  private static OpenSshServer server;

  @TempDir private Path dir;
  private SshAgent agent;

  @BeforeAll
  static void startServer() throws IOException {
    Path authority = generate(shared.resolve("ca"), "ed25519");
    server =
        OpenSshServer.start(
            "MaxAuthTries 3",
            "AuthorizedKeysFile " + shared.resolve("authorized_keys"),
            "TrustedUserCAKeys " + authority + ".pub");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void start() throws IOException {
    agent = SshAgent.start(dir);
    Files.deleteIfExists(shared.resolve("authorized_keys"));
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
  void signsWithKeysOfAllTypes(String type) throws IOException {
    agent.add(authorized(type));
    assertLoggedIn(options(agent.socket()));
  }

  @Test
  void isTriedAfterTheGivenKeys() throws IOException {
    Path other = generate(dir.resolve("other"), "ed25519");
    Path right = authorized("ed25519");
    agent.add(right);
    assertLoggedIn(options(agent.socket()).privateKey(other));
    Files.delete(shared.resolve("authorized_keys"));
    assertThatThrownBy(() -> connect(options(agent.socket()).privateKey(other)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "tried publickey (%s %s, agent key test %s)"
                .formatted(other, fingerprint(other), fingerprint(right)));
  }

  @Test
  void isTriedBeforeTheDefaultKeys() throws IOException {
    Path home = Files.createDirectories(dir.resolve("home/.ssh")).getParent();
    Path standard = generate(home.resolve(".ssh/id_ed25519"), "ed25519");
    Path key = generate(dir.resolve("key"), "ed25519");
    agent.add(key);
    String before = System.setProperty("user.home", home.toString());
    try {
      assertThatThrownBy(() -> connect(options(agent.socket())))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining(
              "tried publickey (agent key test %s, %s %s)"
                  .formatted(fingerprint(key), standard, fingerprint(standard)));
    } finally {
      System.setProperty("user.home", before);
    }
  }

  @Test
  void isTriedBeforeThePassword() throws IOException {
    agent.add(authorized("ed25519"));
    assertLoggedIn(options(agent.socket()).password("wrong"));
  }

  @Test
  void signsOnceWithAKeyThatIsAlsoGiven() throws IOException {
    Path key = generate(dir.resolve("key"), "ed25519");
    agent.add(key);
    assertThatThrownBy(() -> connect(options(agent.socket()).privateKey(key)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("tried publickey (%s %s);".formatted(key, fingerprint(key)));
  }

  @Test
  void isUsedIfAGivenKeyCannotBeDecrypted() throws IOException {
    Path locked = generate(dir.resolve("locked"), "ed25519", "secret");
    agent.add(authorized("ed25519"));
    assertLoggedIn(options(agent.socket()).privateKey(locked));
  }

  @Test
  void signsWithACertificate() throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    Users.run(
        "ssh-keygen",
        "-q",
        "-s",
        shared.resolve("ca").toString(),
        "-I",
        "me",
        "-n",
        server.username(),
        key + ".pub");
    agent.add(key);
    assertLoggedIn(options(agent.socket()));
  }

  @Test
  void signsForAPublicKeyFile() throws IOException {
    Path key = authorized("ed25519");
    agent.add(key);
    Files.delete(key);
    assertLoggedIn(options(agent.socket()).identitiesOnly(true).privateKey(Path.of(key + ".pub")));
    assertLoggedIn(options(agent.socket()).identitiesOnly(true).privateKey(key));
    agent.clear();
    assertThatThrownBy(() -> connect(options(agent.socket()).identitiesOnly(true).privateKey(key)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; private key %s is missing, and only its public half is there; the ssh-agent at %s does"
                + " not have it",
            key, agent.socket());
  }

  @ParameterizedTest
  @ValueSource(strings = {"RFC4716", "PEM"})
  void signsForAGivenKeyWithoutItsPassphrase(String format) throws IOException {
    Path key = authorized("rsa");
    agent.add(key);
    Users.run(
        "ssh-keygen", "-q", "-p", "-m", format, "-P", "", "-N", "secret", "-f", key.toString());
    Path other = generate(dir.resolve("other"), "ed25519");
    agent.add(other);
    assertLoggedIn(options(agent.socket()).identitiesOnly(true).privateKey(key));
    Files.delete(shared.resolve("authorized_keys"));
    // It is tried when it is its turn, and no longer missed.
    assertThatThrownBy(() -> connect(options(agent.socket()).privateKey(key)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("tried publickey (" + key + " " + fingerprint(key) + ", agent key")
        .message()
        .doesNotContain("passphrase");
  }

  @Test
  void usesOnlyTheGivenKeysIfAsked() throws IOException {
    for (String name : List.of("a", "b", "c", "d")) {
      agent.add(generate(dir.resolve(name), "ed25519"));
    }
    Path key = authorized("ed25519");
    agent.add(key);
    assertThatThrownBy(() -> connect(options(agent.socket())))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("since the server allows no more attempts");
    Path file = Path.of(key + ".pub");
    assertLoggedIn(options(agent.socket()).identitiesOnly(true).privateKey(file));
    assertThatThrownBy(
            () ->
                connect(options(agent.socket()).identitiesOnly(true).privateKey(dir.resolve("a"))))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(fingerprint(dir.resolve("a")) + ");");
  }

  @Test
  void isGivenNoKey() throws IOException {
    agent.add(authorized("ed25519"));
    String before = agent.list();
    Path given = generate(dir.resolve("given"), "ed25519");
    assertLoggedIn(options(agent.socket()).privateKey(given));
    assertThat(agent.list()).isEqualTo(before);
  }

  @Test
  void isFoundThroughTheEnvironmentIfNothingIsGivenOrItIsNeeded() throws Exception {
    agent.add(authorized("ed25519"));
    Path other = generate(dir.resolve("other"), "ed25519");
    Path locked = generate(dir.resolve("locked"), "ed25519", "secret");
    Path half = dir.resolve("id_ed25519.pub");
    assertThat(
            child(
                Map.of("SSH_AUTH_SOCK", agent.socket().toString()),
                "",
                "false",
                "true " + other,
                "default " + other,
                "default " + half,
                "false " + half,
                "default " + locked))
        .satisfiesExactly(
            nothing -> assertThat(nothing).isEqualTo("in"),
            refused -> assertThat(refused).contains(", and no ssh-agent used"),
            added -> assertThat(added).isEqualTo("in"),
            alone ->
                assertThat(alone).contains("tried publickey (" + other).doesNotContain("agent"),
            selected -> assertThat(selected).isEqualTo("in"),
            without -> assertThat(without).contains("is a public key; the private one is needed"),
            unknown ->
                assertThat(unknown)
                    .contains("and none is given; the ssh-agent at")
                    .contains("does not have it"));
  }

  @Test
  void isMentionedIfThereAreNoCredentials() throws Exception {
    assertThat(String.join(" ", child(Map.of("SSH_AUTH_SOCK", agent.socket().toString()))))
        .contains("nothing to log in with: no password given, no key found in ")
        .contains(", and the ssh-agent at " + agent.socket() + " has no key");
    assertThat(String.join(" ", child(Map.of("SSH_AUTH_SOCK", ""))))
        .contains(", and SSH_AUTH_SOCK names no ssh-agent");
  }

  @Test
  void isNamedIfItIsMissing() {
    Path gone = dir.resolve("gone");
    assertThatThrownBy(() -> connect(options(gone)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("can't use the ssh-agent at " + gone + ": ");
  }

  @Test
  void isNamedIfItIsLocked() throws IOException {
    agent.add(authorized("ed25519"));
    Path askpass = dir.resolve("askpass");
    Files.writeString(askpass, "#!/bin/sh\necho secret\n");
    Files.setPosixFilePermissions(askpass, PosixFilePermissions.fromString("rwx------"));
    agent.lock(askpass);
    assertThatThrownBy(() -> connect(options(agent.socket())))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("the ssh-agent at " + agent.socket() + " has no key");
  }

  @Test
  void isAbandonedIfItDoesNotRespond() throws IOException {
    try (var mute = new FakeAgent(dir.resolve("mute"), null)) {
      Path key = authorized("ed25519");
      assertLoggedIn(options(mute.socket).privateKey(key).connectTimeout(Duration.ofSeconds(10)));
      Files.delete(shared.resolve("authorized_keys"));
      assertThatThrownBy(
              () ->
                  connect(
                      options(mute.socket).privateKey(key).connectTimeout(Duration.ofSeconds(10))))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining(
              "can't use the ssh-agent at " + mute.socket + ": it does not respond");
      assertNoThreadIsLeft();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "000000050c, it closed the connection before its reply was complete",
    "ffffffff0c, it sent an invalid reply", // 4 GiB
    "000000090c000000017fffffff, it sent an invalid reply", // a key of 2 GiB
    "000000050cffffffff, ''", // a negative number of keys
  })
  void isIgnoredIfItsReplyIsInvalid(String answer, String problem) throws IOException {
    assertIgnored(answer, problem);
  }

  @ParameterizedTest
  @CsvSource({
    "'', it closed the connection before its reply was complete",
    "000400010c, it sent an invalid reply", // more than an agent may send
    "000000000c, it sent an invalid reply", // nothing
    "0000000105, it sent an invalid reply", // not a list
    "000000010c, it sent an invalid reply",
    "000000050c00000800, it sent an invalid reply", // 2,048 keys, and none follows
    "0000000d0c000000010000000000000000, ''", // a key without bytes
  })
  @Tag("long")
  void isIgnoredIfItsReplyIsInvalidInOtherWays(String answer, String problem) throws IOException {
    assertIgnored(answer, problem);
  }

  private void assertIgnored(String answer, String problem) throws IOException {
    try (var liar = new FakeAgent(dir.resolve("liar"), hex(answer))) {
      Path key = authorized("ed25519");
      assertLoggedIn(options(liar.socket).privateKey(key));
      Files.delete(shared.resolve("authorized_keys"));
      assertThatThrownBy(() -> connect(options(liar.socket).privateKey(key)))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining(
              problem.isEmpty()
                  ? "tried publickey"
                  : "; can't use the ssh-agent at " + liar.socket + ": " + problem);
      assertNoThreadIsLeft();
    }
  }

  private static ConnectionOptions.Builder options(Path socket) {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username(server.username())
        .knownHosts(server.knownHosts())
        .agent(socket);
  }

  private static void connect(ConnectionOptions.Builder options) throws IOException {
    Connection.connect(options.build()).close();
  }

  private static void assertLoggedIn(ConnectionOptions.Builder options) throws IOException {
    try (Connection sftp = Connection.connect(options.build())) {
      assertThat(sftp.exists("/")).isTrue();
    }
  }

  private static void assertNoThreadIsLeft() {
    Eventually.until(
        "threads that wait for an agent to end",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("jsftp-agent")));
  }

  private List<String> child(Map<String, String> environment, String... choices) throws Exception {
    var arguments =
        new ArrayList<>(
            List.of(
                server.host(),
                String.valueOf(server.port()),
                server.username(),
                server.knownHosts().toString()));
    arguments.addAll(choices.length == 0 ? List.of("") : List.of(choices));
    return ChildJvm.run(List.of("-Duser.home=" + dir), environment, LoginProgram.class, arguments);
  }

  /** Logs in once for each choice: use of the agent and a key file, if any. Prints the outcomes. */
  static final class LoginProgram {
    private LoginProgram() {}

    public static void main(String[] arguments) throws IOException {
      for (String choice : List.of(arguments).subList(4, arguments.length)) {
        var options =
            ConnectionOptions.builder(arguments[0])
                .port(Integer.parseInt(arguments[1]))
                .username(arguments[2])
                .knownHosts(Path.of(arguments[3]));
        String[] words = choice.split(" ", 2);
        if (words[0].equals("true") || words[0].equals("false")) {
          options.agent(Boolean.parseBoolean(words[0]));
        }
        if (words.length > 1) {
          options.privateKey(Path.of(words[1]));
        }
        try (Connection sftp = Connection.connect(options.build())) {
          System.out.println(sftp.isConnected() ? "in" : "out");
        } catch (AuthenticationException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  private Path authorized(String type) throws IOException {
    Path key = generate(dir.resolve("id_" + type), type);
    Files.copy(Path.of(key + ".pub"), shared.resolve("authorized_keys"));
    return key;
  }

  private static Path generate(Path file, String type) throws IOException {
    return generate(file, type, "");
  }

  private static Path generate(Path file, String type, String passphrase) throws IOException {
    var command = new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-C", "test"));
    if (type.equals("rsa")) {
      command.addAll(List.of("-b", "2048")); // generated faster than the default
    }
    command.addAll(List.of("-a", "1", "-N", passphrase, "-f", file.toString()));
    Users.run(command.toArray(String[]::new));
    return file;
  }

  private static String fingerprint(Path key) throws IOException {
    var process = new ProcessBuilder("ssh-keygen", "-lf", key + ".pub").start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .split(" ", 3)[1];
  }

  private static byte[] hex(String text) {
    return java.util.HexFormat.of().parseHex(text);
  }

  /** Acts as an agent that sends the same reply to each request, or none if the reply is null. */
  private static final class FakeAgent implements AutoCloseable {
    final Path socket;
    private final ServerSocketChannel listener;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    FakeAgent(Path socket, byte[] answer) throws IOException {
      this.socket = socket;
      listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket));
      var thread =
          new Thread(
              () -> {
                try {
                  while (true) {
                    serve(listener.accept(), answer);
                  }
                } catch (IOException e) {
                  // The listener was closed.
                } finally {
                  ended.complete(null);
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    private static void serve(SocketChannel client, byte[] answer) {
      if (answer == null) {
        return; // it stays open, and is closed by the client
      }
      try (client) {
        client.read(ByteBuffer.allocate(5));
        client.write(ByteBuffer.wrap(answer));
      } catch (IOException e) {
        // The client has closed it.
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
      ended.join();
    }
  }
}
