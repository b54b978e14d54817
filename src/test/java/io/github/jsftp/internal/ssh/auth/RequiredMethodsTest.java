package io.github.jsftp.internal.ssh.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.AuthenticationException.Answer;
import io.github.jsftp.AuthenticationException.Attempt;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.Prompts;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins by one or several methods on a real sshd with PAM. */
@Timeout(300)
@LeakCheck
class RequiredMethodsTest {
  private static final String USER = "jsftp-login";
  private static final String EXPIRED = "jsftp-login-old";
  private static final String GROUP = "jsftp-logins"; // one named as a user would go with the user

  /** Not private, since only an annotation names it. */
  static final List<String> METHODS =
      List.of(
          "password",
          "keyboard-interactive",
          "publickey,password",
          "publickey,keyboard-interactive",
          "password,publickey",
          "keyboard-interactive,publickey",
          "password,keyboard-interactive",
          "keyboard-interactive,password",
          "publickey,publickey",
          "publickey,publickey,password");

  @TempDir private static Path dir;
  private static Users users;
  private static final Map<String, OpenSshServer> servers = new HashMap<>();
  private static List<String> configuration;
  private static Path first;
  private static Path second;

  @BeforeAll
  static void start() throws IOException {
    users = new Users(USER, EXPIRED);
    users.group(GROUP).user(USER, GROUP).user(EXPIRED, GROUP);
    users.password("secret", USER, EXPIRED);
    Users.run("chage", "-d", "0", EXPIRED);
    first = generate("first");
    second = generate("second");
    // sshd reads the file as the user who logs in.
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path authorized = dir.resolve("authorized_keys");
    Files.writeString(
        authorized,
        Files.readString(Path.of(first + ".pub")) + Files.readString(Path.of(second + ".pub")));
    configuration =
        List.of(
            "UsePAM yes",
            "PasswordAuthentication yes",
            "KbdInteractiveAuthentication yes",
            "AuthorizedKeysFile " + authorized,
            "Subsystem sftp internal-sftp");
  }

  /** Returns the server that requires these methods. */
  private static OpenSshServer server(String methods) throws IOException {
    OpenSshServer server = servers.get(methods);
    if (server == null) {
      var lines = new ArrayList<>(configuration);
      lines.add("AuthenticationMethods " + methods);
      server = OpenSshServer.start(lines.toArray(String[]::new));
      servers.put(methods, server);
    }
    return server;
  }

  @AfterAll
  static void stop() throws IOException {
    servers.values().forEach(OpenSshServer::close);
    if (users != null) {
      users.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"publickey,password", "keyboard-interactive,publickey", "publickey,publickey"})
  void areUsedInTheOrderOfTheServer(String methods) throws IOException {
    connectBy(methods);
  }

  @ParameterizedTest
  @FieldSource("METHODS")
  @Tag("long")
  void areUsedInAnyOrder(String methods) throws IOException {
    connectBy(methods);
  }

  private static void connectBy(String methods) throws IOException {
    connect(options(methods).privateKey(first).privateKey(second).password("secret"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          password,publickey             | password: accepted, but not sufficient
          keyboard-interactive,publickey | keyboard-interactive: accepted, but not sufficient
          """)
  void areToldApartFromRefusedOnes(String methods, String attempt) {
    AuthenticationException refused =
        catchThrowableOfType(
            AuthenticationException.class, () -> connect(options(methods).password("secret")));
    assertThat(refused.attempts()).hasToString("[" + attempt + "]");
    assertThat(refused.serverAllows()).containsExactly("publickey");
    assertThat(refused)
        .hasMessageContaining("; the server allows publickey; give a key with privateKey(..) [");
  }

  @Test
  void areAllDescribedIfTheLastOneIsRefused() throws IOException {
    AuthenticationException refused =
        catchThrowableOfType(
            AuthenticationException.class,
            () ->
                connect(
                    options("publickey,publickey,password")
                        .privateKey(first)
                        .privateKey(generate("unknown"))
                        .privateKey(second)
                        .password("wrong")));
    assertThat(refused.attempts())
        .extracting(Attempt::method, attempt -> attempt.key().orElse(null), Attempt::answer)
        .containsExactly(
            tuple("publickey", first.toString(), Answer.ACCEPTED_PARTIALLY),
            tuple("publickey", dir.resolve("unknown").toString(), Answer.REFUSED),
            tuple("publickey", second.toString(), Answer.ACCEPTED_PARTIALLY),
            tuple("password", null, Answer.REFUSED));
    assertThat(refused.attempts().get(0).fingerprint().orElseThrow()).startsWith("SHA256:");
    assertThat(refused.serverAllows()).containsExactly("password");
    assertThat(refused.tried()).containsExactly("publickey", "password");
  }

  @Test
  void changeAnExpiredPasswordInSeveralRounds() throws IOException {
    var shown = new CopyOnWriteArrayList<String>();
    Iterator<String> answers =
        List.of("secret", "secret", "nEw-sEcr3t-x", "nEw-sEcr3t-x").iterator();
    Prompts prompts =
        challenge -> {
          challenge.questions().forEach(question -> shown.add(question.text()));
          return challenge.questions().stream().map(question -> answers.next()).toList();
        };
    connect(options(EXPIRED, server("any")).prompts(prompts));
    assertThat(shown).hasSize(4);
    assertThat(shown.get(1)).startsWith("You are required to").endsWith("\nCurrent password: ");
    assertThat(shown.get(2)).isEqualTo("New password: ");

    shown.clear();
    connect(options(EXPIRED, server("any")).password("nEw-sEcr3t-x").prompts(prompts));
    assertThat(shown).isEmpty();
  }

  private static ConnectionOptions.Builder options(String methods) throws IOException {
    return options(USER, server(methods));
  }

  private static ConnectionOptions.Builder options(String user, OpenSshServer server) {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username(user)
        .knownHosts(server.knownHosts());
  }

  private static void connect(ConnectionOptions.Builder options) throws IOException {
    try (Connection sftp = Connection.connect(options.build())) {
      assertThat(sftp.exists("/")).isTrue();
    }
  }

  private static Path generate(String name) throws IOException {
    Path file = dir.resolve(name);
    Users.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file.toString());
    return file;
  }
}
