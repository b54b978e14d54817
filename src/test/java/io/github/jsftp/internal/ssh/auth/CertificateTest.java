package io.github.jsftp.internal.ssh.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.keys.PublicKeyText;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.SshAgent;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins to a real sshd with certificates of a real authority. */
@Timeout(300)
class CertificateTest {
  private static final Pattern ATTEMPT =
      Pattern.compile("(Accepted|Failed) publickey .* ssh2: (\\S+) (SHA256:\\S+)");

  @TempDir private static Path shared;
  private static OpenSshServer server;
  private static Path authority;
  private static Path authorizedKeys;

  @TempDir private Path dir;

  @BeforeAll
  static void start() throws IOException {
    authority = generate(shared.resolve("ca"), "ed25519");
    authorizedKeys = Files.createFile(shared.resolve("authorized_keys"));
    server =
        OpenSshServer.start(
            "LogLevel VERBOSE",
            "AuthorizedKeysFile " + authorizedKeys,
            "TrustedUserCAKeys " + authority + ".pub");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() throws IOException {
    Files.writeString(authorizedKeys, "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
  void isOfferedFirstIfItIsBesideTheKey(String type) throws IOException {
    Path key = generate(dir.resolve("id"), type);
    certify(key, "-n", server.username());
    login(options().privateKey(key));
    assertAttempts("Accepted " + type + "-cert");
  }

  @Test
  void mayBeLarge() throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    String names =
        IntStream.range(0, 250).mapToObj(i -> "x".repeat(50) + i).collect(Collectors.joining(","));
    certify(key, "-n", names + "," + server.username());
    login(options().privateKey(key));
    assertAttempts("Accepted ed25519-cert");
  }

  @Test
  void isOfferedBeforeTheKeyThatItBelongsTo() throws IOException {
    Path other = generate(dir.resolve("other"), "ecdsa");
    Path key = generate(dir.resolve("id"), "ed25519");
    Path certificate = certificate(key, "-n", server.username());
    login(options().privateKey(other).privateKey(key).certificate(certificate));
    assertAttempts("Failed ecdsa", "Accepted ed25519-cert");
  }

  @Test
  void belongsToAKeyGivenAsContent() throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    Path certificate = certificate(key, "-n", server.username());
    login(options().privateKeyContent(Files.readString(key)).certificate(certificate));
    assertAttempts("Accepted ed25519-cert");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void belongsToAKeyInTheAgent(boolean identitiesOnly) throws IOException {
    Path other = generate(dir.resolve("other"), "ecdsa");
    Path key = generate(dir.resolve("id"), "rsa");
    Path certificate = certificate(key, "-n", server.username());
    try (var agent = SshAgent.start(dir)) {
      agent.add(other);
      agent.add(key);
      login(
          options().agent(agent.socket()).identitiesOnly(identitiesOnly).certificate(certificate));
    }
    assertAttempts(
        identitiesOnly
            ? new String[] {"Accepted rsa-cert"}
            : new String[] {"Failed ecdsa", "Accepted rsa-cert"});
  }

  @Test
  void signsWithSha2InTheAgent() throws IOException {
    Path key = generate(dir.resolve("id"), "rsa");
    certify(key, "-n", server.username());
    try (var agent = SshAgent.start(dir)) {
      agent.add(key); // and the certificate beside it
      Files.delete(key);
      login(options().agent(agent.socket()));
    }
    assertAttempts("Failed rsa", "Accepted rsa-cert");
  }

  @Test
  void isFollowedByTheKeyIfItIsRefused() throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    certify(key, "-n", server.username(), "-V", "20200101:20200102");
    Files.copy(Path.of(key + ".pub"), authorizedKeys, StandardCopyOption.REPLACE_EXISTING);
    login(options().privateKey(key));
    assertAttempts("Failed ed25519-cert", "Accepted ed25519");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-n @me -V 20200101000000Z:20200102000000Z | has expired, on 2020-01-02T00:00:00Z",
        "-n @me -V 29000101000000Z:29000102000000Z | is not yet valid, until 2900-01-01T00:00:00Z",
        "-n bob,eve | is for bob, eve, not for @me",
        "'' | names no user, and most servers require one",
        "-n @me -O source-address=192.0.2.0/24 | is valid only from 192.0.2.0/24",
      })
  void isExplainedIfItIsRefused(String arguments, String reason) throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    certify(key, words(arguments));
    assertThatThrownBy(() -> login(options().privateKey(key)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; certificate " + key + "-cert.pub " + reason.replace("@me", server.username()));
  }

  @Test
  void namesItsAuthorityIfTheServerMayNotTrustIt() throws IOException {
    Path stranger = generate(dir.resolve("stranger"), "ed25519");
    Path key = generate(dir.resolve("id"), "ed25519");
    sign(stranger, key, "-n", server.username());
    assertThatThrownBy(() -> login(options().privateKey(key)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; the server may not trust the authority that signed certificate %s-cert.pub, %s;",
            key, fingerprint(Path.of(stranger + ".pub")));
  }

  @Test
  void hasTheFingerprintOfItsKey() throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    certify(key, "-n", "bob");
    assertThatThrownBy(() -> login(options().privateKey(key)))
        .hasMessageContaining(fingerprint(Path.of(key + ".pub")));
  }

  @Test
  void mustBelongToOneOfTheKeys() throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    Path other = generate(dir.resolve("other"), "ed25519");
    Path certificate = certificate(other, "-n", server.username());
    assertThatThrownBy(() -> login(options().privateKey(key).certificate(certificate)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; certificate " + certificate + " belongs to none of the private keys");
  }

  @Test
  void isSkippedIfItIsNoneForUsers() throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    Path forHosts = certificate(key, "-h", "-n", "host");
    Path damaged = dir.resolve("damaged");
    String text = Files.readString(certificate(key, "-n", "me"));
    byte[] bytes = Base64.getDecoder().decode(text.split(" ", -1)[1]);
    Files.writeString(
        damaged,
        text.split(" ", -1)[0]
            + " "
            + Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, 100)));
    Path empty = Files.createFile(dir.resolve("empty"));
    assertRefused(key, forHosts, "certifies a host, not a user");
    assertRefused(key, Path.of(key + ".pub"), "is a public key, not a certificate of one");
    assertRefused(key, key, "is not an OpenSSH certificate");
    assertRefused(key, empty, "is not an OpenSSH certificate");
    assertRefused(key, damaged, "is damaged or cut off");
    assertThatThrownBy(() -> login(options().privateKey(key).certificate(dir)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("can't read certificate " + dir + " (Is a directory)");
    assertThatThrownBy(() -> login(options().privateKey(key).certificate(dir.resolve("gone"))))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("certificate file is missing");
    Files.copy(Path.of(key + ".pub"), authorizedKeys, StandardCopyOption.REPLACE_EXISTING);
    login(options().privateKey(key).certificate(forHosts));
  }

  @Test
  void isSkippedBesideAKeyIfItIsNoneOfTheKey() throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    Path other = generate(dir.resolve("other"), "ed25519");
    Path beside = Path.of(key + "-cert.pub");
    Files.copy(certificate(other, "-n", "me"), beside);
    assertThatThrownBy(() -> login(options().privateKey(key)))
        .hasMessageContaining("; certificate " + beside + " is for another key");
    Files.writeString(beside, "garbage");
    assertThatThrownBy(() -> login(options().privateKey(key)))
        .hasMessageContaining("; certificate " + beside + " is not an OpenSSH certificate");
    assertAttempts("Failed ed25519", "Failed ed25519");
  }

  @Test
  void isNoPrivateKey() throws IOException {
    Path key = generate(dir.resolve("id"), "ed25519");
    Path certificate = certificate(key, "-n", "me");
    assertThatThrownBy(() -> login(options().privateKey(certificate)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "private key %s is a certificate; give the private key here, and the certificate by"
                + " certificate(..)",
            certificate);
  }

  private static void assertRefused(Path key, Path certificate, String reason) {
    assertThatThrownBy(() -> login(options().privateKey(key).certificate(certificate)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("; certificate %s %s;", certificate, reason);
  }

  private static ConnectionOptions.Builder options() {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username(server.username())
        .knownHosts(server.knownHosts());
  }

  private static void login(ConnectionOptions.Builder options) throws IOException {
    Ssh.open(options).close();
  }

  /** Asserts what the server has seen of this test's keys, such as "Accepted ed25519-cert". */
  private void assertAttempts(String... expected) {
    Eventually.until("sshd to log all attempts", () -> attempts().size() >= expected.length);
    assertThat(attempts()).containsExactly(expected);
  }

  private List<String> attempts() {
    try (var files = Files.list(dir)) {
      List<String> fingerprints =
          files
              .filter(file -> file.toString().matches(".*(?<!-cert)\\.pub"))
              .map(CertificateTest::fingerprint)
              .toList();
      var attempts = new ArrayList<String>();
      for (String line : server.log().lines().toList()) {
        Matcher attempt = ATTEMPT.matcher(line);
        if (attempt.lookingAt() && fingerprints.contains(attempt.group(3))) {
          attempts.add(attempt.group(1) + " " + attempt.group(2).toLowerCase(Locale.ROOT));
        }
      }
      return attempts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String[] words(String text) {
    return text.isBlank()
        ? new String[0]
        : text.strip().replace("@me", server.username()).split(" ");
  }

  /** Creates a certificate beside the key. */
  private static void certify(Path key, String... arguments) throws IOException {
    sign(authority, key, arguments);
  }

  /** Creates a certificate in another directory than the key. */
  private Path certificate(Path key, String... arguments) throws IOException {
    certify(key, arguments);
    Path elsewhere = Files.createTempDirectory(dir, "certificate").resolve("cert");
    return Files.move(Path.of(key + "-cert.pub"), elsewhere);
  }

  private static void sign(Path ca, Path key, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("ssh-keygen", "-q", "-s", ca.toString(), "-I", "test"));
    command.addAll(List.of(arguments));
    command.add(key + ".pub");
    Users.run(command.toArray(String[]::new));
  }

  private static Path generate(Path file, String type) throws IOException {
    var command = new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-C", "test"));
    if (type.equals("rsa")) {
      command.addAll(List.of("-b", "2048")); // generated faster than the default
    }
    command.addAll(List.of("-N", "", "-f", file.toString()));
    Users.run(command.toArray(String[]::new));
    return file;
  }

  private static String fingerprint(Path publicKey) {
    try {
      return Fingerprint.of(
          Objects.requireNonNull(PublicKeyText.decode(Files.readAllBytes(publicKey))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
