package io.github.jsftp.internal.ssh.hostkeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jcraft.jsch.HostKeyRepository;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeyException.Reason;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.PublicHostKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that HostKeys and ConnectionOptions state, against one sshd. */
@LeakCheck
@Timeout(300)
class HostKeyRulesTest {
  private static final String ED25519 =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTuM9E7eHSZfUdVfbk0MRIbbB4w6cqzSj5FKFzdvYxC";
  private static final String FINGERPRINT = "SHA256:" + "A".repeat(43);
  private static OpenSshServer server;

  @TempDir private Path temporary;

  @BeforeAll
  static void startServer() throws IOException {
    server = OpenSshServer.start("ListenAddress ::1");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  void asksForThePinnedKeysTypeOnly() throws Exception {
    for (PublicHostKey key : server.hostKeys()) {
      try (SshConnection connection = open(HostKeys.key(key.type() + " " + key.base64()))) {
        assertThat(connection.serverKey().base64()).isEqualTo(key.base64());
        assertThat(connection.offeredAlgorithms().hostKeyAlgorithms())
            .isEqualTo(
                key.type().equals("ssh-rsa")
                    ? List.of("rsa-sha2-512", "rsa-sha2-256")
                    : List.of(key.type()));
      }
    }
  }

  @Test
  void acceptsAnyOfSeveralPinnedKeys() throws Exception {
    PublicHostKey key = server.hostKeys().get(0);
    open(HostKeys.key(ED25519, key.knownHostsLine("127.0.0.1", 22) + " a comment")).close();
    open(HostKeys.fingerprint(FINGERPRINT, key.fingerprint() + "=")).close();
  }

  @Test
  void refusesAnyOtherKeyThanThePinnedOne() {
    HostKeyException refused = refused(HostKeys.key(ED25519));
    PublicHostKey shown = server.hostKeys().get(0);
    assertThat(refused.reason()).isEqualTo(Reason.MISMATCH);
    assertThat(refused.keyType()).isEqualTo("ssh-ed25519");
    assertThat(refused.fingerprint()).isEqualTo(shown.fingerprint());
    assertThat(refused.command()).isEmpty();
    assertThat(refused)
        .hasMessage(
            "connect: host key of [127.0.0.1]:%d does not match (ssh-ed25519 %s, not ssh-ed25519"
                + " %s); ask the server's owner which key it has [%s]",
            server.port(),
            shown.fingerprint(),
            PublicHostKey.parse(ED25519).fingerprint(),
            Ssh.peer(server));
  }

  @Test
  void tellsWhichKeysAServerHasInsteadOfThePinnedType() {
    var point = new byte[97];
    point[0] = 4;
    HostKeyException refused = refused(HostKeys.key(ecdsa("nistp384", point)));
    assertThat(refused.reason()).isEqualTo(Reason.MISMATCH);
    assertThat(refused)
        .hasMessageStartingWith(
            "connect: host key of [127.0.0.1]:%d does not match: the server has no key of the type"
                + " ecdsa-sha2-nistp384, it offers ",
            server.port())
        .hasMessageContainingAll("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512");
  }

  @Test
  void tellsThatThePinnedTypeIsNotOffered() {
    PublicHostKey key = server.hostKeys().get(0);
    HostKeyException refused =
        refused(
            Ssh.options(server)
                .hostKeys(HostKeys.key(key.type() + " " + key.base64()))
                .hostKeyAlgorithms("rsa-sha2-512"));
    assertThat(refused.reason()).isEqualTo(Reason.MISMATCH);
    assertThat(refused)
        .hasMessageContaining(
            "host keys of the type ssh-ed25519 can't be requested, since hostKeyAlgorithms has none"
                + " for them");
  }

  @Test
  void addsANewHostToTheFirstOfSeveralFiles() throws Exception {
    Path first = temporary.resolve("first");
    Path second = temporary.resolve("second");
    open(HostKeys.acceptNew(first, server.knownHosts())).close();
    assertThat(first).doesNotExist();
    open(HostKeys.acceptNew(first, second)).close();
    assertThat(Files.readAllLines(first)).hasSize(1);
    assertThat(second).doesNotExist();
  }

  @Test
  void looksUpAnAliasWithoutThePort() throws Exception {
    PublicHostKey key = server.hostKeys().get(0);
    Path file = temporary.resolve("known_hosts");
    Files.writeString(file, "Alias " + key.type() + " " + key.base64() + "\n");
    open(Ssh.options(server).knownHosts(file).hostKeyAlias("ALIAS")).close();
    Files.writeString(file, key.knownHostsLine("127.0.0.1", server.port()) + "\n");
    ConnectionOptions.Builder options = Ssh.options(server).knownHosts(file).hostKeyAlias("other");
    HostKeyException refused = refused(options);
    assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN);
    assertThat(refused.knownHostsLine()).isEqualTo("other " + key.type() + " " + key.base64());
    assertThat(refused.command())
        .isEqualTo("echo 'other %s %s' >> %s".formatted(key.type(), key.base64(), file));
    open(options.hostKeys(HostKeys.acceptNew(file))).close();
    assertThat(Files.readAllLines(file)).last().isEqualTo(refused.knownHostsLine());
  }

  @Test
  void refusesAKeyOfATypeThatWasNotRequested() throws Exception {
    ConnectionOptions options =
        Ssh.options(server).hostKeys(HostKeys.acceptAnyInsecurely()).build();
    var check = new HostKeyCheck(options, Ssh.failures(options), new AtomicReference<>());
    byte[] key = Base64.getDecoder().decode(PublicHostKey.parse(ED25519).base64());
    check.beginAttempt();
    check.offered(List.of("rsa-sha2-512", "ecdsa-sha2-nistp256"));
    assertThat(check.check("host", key)).isEqualTo(HostKeyRepository.NOT_INCLUDED);
    assertThat(check.refusal())
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith(
            "connect: the server shows a host key that was not requested (ssh-ed25519 SHA256:");
    check.offered(List.of("ssh-ed25519-cert-v01@openssh.com"));
    assertThat(check.check("host", key)).isEqualTo(HostKeyRepository.OK);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no /dev/null")
  void addsNothingToAFileThatKeepsNothing() throws Exception {
    open(HostKeys.acceptNew(Path.of("/dev/null"))).close();
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void looksUpTheNameAndNotItsAddress() throws Exception {
    Path file = temporary.resolve("known_hosts");
    String port = "]:" + server.port() + " ";
    Files.writeString(file, "[127.0.0.1" + port + ED25519 + "\n[::1" + port + ED25519 + "\n");
    ConnectionOptions.Builder options =
        ConnectionOptions.builder("LOCALHOST")
            .port(server.port())
            .username(server.username())
            .privateKey(server.privateKey())
            .hostKeys(HostKeys.acceptNew(file));
    open(options).close();
    assertThat(Files.readAllLines(file))
        .hasSize(3)
        .last()
        .asString()
        .startsWith("[localhost" + port);
  }

  @Test
  void looksUpAnIpv6AddressInTheSpellingOfSsh() throws Exception {
    PublicHostKey key = server.hostKeys().get(0);
    Path file = temporary.resolve("known_hosts");
    Files.writeString(file, key.knownHostsLine("::1", server.port()) + "\n");
    for (String spelling : List.of("::1", "0:0:0:0:0:0:0:1", "[0::0001]")) {
      ConnectionOptions.Builder options =
          ConnectionOptions.builder(spelling)
              .port(server.port())
              .username(server.username())
              .privateKey(server.privateKey())
              .knownHosts(file);
      try {
        open(options).close();
      } catch (HostKeyException e) {
        throw new AssertionError(spelling, e);
      } catch (ConnectionException e) {
        assumeTrue(false, "this machine has no IPv6: " + e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void refusesARevokedKeyByEveryRule(HostKeys rule) throws Exception {
    Path revoked = temporary.resolve("revoked");
    try (var out = Files.newBufferedWriter(revoked)) {
      out.write("# stolen\n\n" + ED25519 + "\n");
      for (PublicHostKey key : server.hostKeys()) {
        out.write("  " + key.type() + " " + key.base64() + " comment\r\n");
      }
    }
    HostKeyException refused = refused(Ssh.options(server).hostKeys(rule).revokedHostKeys(revoked));
    assertThat(refused.reason()).isEqualTo(Reason.REVOKED);
    assertThat(refused)
        .hasMessageContaining(" is revoked (" + refused.keyType() + " " + refused.fingerprint())
        .hasMessageContaining(", in " + revoked + ":4); do not connect");
  }

  static Stream<HostKeys> rules() {
    PublicHostKey key = server.hostKeys().get(0);
    return Stream.of(
        HostKeys.knownHosts(server.knownHosts()),
        HostKeys.acceptNew(server.knownHosts()),
        HostKeys.key(key.type() + " " + key.base64()),
        HostKeys.fingerprint(key.fingerprint()),
        HostKeys.acceptAnyInsecurely());
  }

  @Test
  void acceptsAKeyThatIsNotRevoked() throws Exception {
    Path revoked = Files.writeString(temporary.resolve("revoked"), ED25519 + "\n");
    open(Ssh.options(server).revokedHostKeys(revoked)).close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSHKRL\n\0\0\0\0\1 | it is a binary revocation list, which is not supported; list",
        "nonsense | line 1 is not a public key",
        "ssh-ed25519 AAAA | line 1 is not a public key",
        "* " + ED25519 + " | line 1 is not a public key",
        " | no such file or directory"
      })
  void acceptsNoKeyIfTheRevokedOnesCannotBeRead(String contentAndProblem) throws Exception {
    String[] parts = contentAndProblem.split(" \\| ", -1);
    Path revoked = temporary.resolve("revoked");
    if (!parts[0].isEmpty()) {
      Files.writeString(revoked, parts[0]);
    }
    assertThatThrownBy(() -> open(Ssh.options(server).revokedHostKeys(revoked)).close())
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith(
            "connect: can't use the revoked host keys in " + revoked + " (" + parts[1]);
  }

  @Test
  void doesNotWaitForAPipe() throws Exception {
    Path pipe = temporary.resolve("pipe");
    run("mkfifo " + pipe);
    Path missing = temporary.resolve("missing");
    for (HostKeys rule :
        List.of(
            HostKeys.knownHosts(pipe),
            HostKeys.acceptNew(pipe),
            HostKeys.knownHosts(server.knownHosts(), pipe, missing))) {
      assertThatThrownBy(() -> open(rule).close())
          .isInstanceOf(ConnectionException.class)
          .hasMessage("connect: can't use %s (it is a pipe) [%s]", pipe, Ssh.peer(server));
    }
    Path revoked = Files.writeString(temporary.resolve("revoked"), ED25519 + "\n");
    assertThatThrownBy(() -> open(Ssh.options(server).revokedHostKeys(revoked, pipe)).close())
        .isInstanceOf(ConnectionException.class)
        .hasMessage(
            "connect: can't use the revoked host keys in %s (it is a pipe) [%s]",
            pipe, Ssh.peer(server));
  }

  @Test
  void namesTheDirectoryThatCannotBeCreated() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("ssh"), Path.of("missing"));
    Path file = link.resolve("known_hosts");
    assertThatThrownBy(() -> open(HostKeys.acceptNew(file)).close())
        .isInstanceOf(ConnectionException.class)
        .hasMessage(
            "connect: can't use %s (the directory %s can't be created: %s is no directory; create it"
                + " first) [%s]",
            file, link, link, Ssh.peer(server));
  }

  @Test
  void takesNoneForNoFile() {
    HostKeyException refused = refused(HostKeys.knownHosts(Path.of("none")));
    assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN);
    assertThat(refused.command()).isEmpty();
    assertThat(refused).hasMessageContaining(", and there is no known_hosts file); check it, or");
  }

  @Test
  void removesALineWithAPatternByItsNumber() throws Exception {
    Path file = temporary.resolve("known hosts");
    Files.writeString(file, "# it's\n127.0.0.1," + "[127.*]:* " + ED25519 + "\n");
    HostKeyException refused = refused(HostKeys.knownHosts(file));
    assertThat(refused.reason()).isEqualTo(Reason.CHANGED);
    assertThat(refused.command()).isEqualTo("sed -i '2d' '" + file + "'");
    run(refused.command());
    assertThat(Files.readString(file)).isEqualTo("# it's\n");
  }

  @Test
  void givesCommandsThatWork() throws Exception {
    Path file = temporary.resolve("it's new/known hosts");
    HostKeyException unknown = refused(HostKeys.knownHosts(file));
    run(unknown.command());
    open(HostKeys.knownHosts(file)).close();
    Files.writeString(file, "x,[127.0.0.1]:" + server.port() + " " + ED25519 + "\n");
    HostKeyException changed = refused(HostKeys.knownHosts(file));
    assertThat(changed.reason()).isEqualTo(Reason.CHANGED);
    run(changed.command());
    assertThat(file).isEmptyFile();
  }

  @Test
  void isAValue() {
    assertThat(HostKeys.key(ED25519 + " comment"))
        .isEqualTo(HostKeys.key("host " + ED25519))
        .hasSameHashCodeAs(HostKeys.key(ED25519))
        .isNotEqualTo(HostKeys.fingerprint(FINGERPRINT))
        .hasToString(ED25519);
    assertThat(HostKeys.knownHosts()).isEqualTo(HostKeys.knownHosts()).hasToString("known hosts");
    assertThat(HostKeys.knownHosts(Path.of("a"), Path.of("b")))
        .isNotEqualTo(HostKeys.acceptNew(Path.of("a"), Path.of("b")))
        .hasToString("known hosts in a, b");
    assertThat(HostKeys.acceptNew()).hasToString("known hosts, new ones added");
    assertThat(HostKeys.knownHosts(Path.of("none"))).hasToString("known hosts in no file");
    assertThat(HostKeys.fingerprint(FINGERPRINT, FINGERPRINT + "="))
        .hasToString(FINGERPRINT + " or " + FINGERPRINT);
    assertThat(HostKeys.acceptAnyInsecurely()).hasToString("any host key, insecurely");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIHTuM9E7eHSZfUdVfbk0MRIbbB4w6cqzSj5FKFzdvYxC",
        "a b " + ED25519,
        "/etc/ssh/ssh_host_ed25519_key.pub"
      })
  void refusesWhatIsNoKey(String text) {
    assertThatThrownBy(() -> HostKeys.key(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "key must be like \"ssh-ed25519 AAAA...\", as in the server's"
                + " /etc/ssh/ssh_host_*_key.pub, not: "
                + text);
  }

  @Test
  void needsAtLeastOnePin() {
    assertThatThrownBy(HostKeys::key).hasMessage("key: at least one is needed");
    assertThatThrownBy(HostKeys::fingerprint).hasMessage("fingerprint: at least one is needed");
    assertThatThrownBy(() -> HostKeys.acceptNew(Path.of("none")))
        .hasMessage("acceptNew needs a file to add keys to, not \"none\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "*", "a,b", "!a", "|1|x", "a\n", "#a"})
  void refusesAnAliasThatKnownHostsCannotHold(String alias) {
    assertThatThrownBy(() -> Ssh.options(server).hostKeyAlias(alias))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hostKeyAlias must be a host name");
  }

  private static void run(String command) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(shell.waitFor()).isZero();
  }

  private static String ecdsa(String curve, byte[] point) {
    String type = "ecdsa-sha2-" + curve;
    var blob = ByteBuffer.allocate(12 + type.length() + curve.length() + point.length);
    var ascii = StandardCharsets.US_ASCII;
    for (byte[] each : List.of(type.getBytes(ascii), curve.getBytes(ascii), point)) {
      blob.putInt(each.length).put(each);
    }
    return type + " " + Base64.getEncoder().encodeToString(blob.array());
  }

  private static SshConnection open(HostKeys rule) throws IOException {
    return open(Ssh.options(server).hostKeys(rule));
  }

  private static SshConnection open(ConnectionOptions.Builder options) throws IOException {
    return Ssh.open(options);
  }

  private static HostKeyException refused(HostKeys rule) {
    return refused(Ssh.options(server).hostKeys(rule));
  }

  private static HostKeyException refused(ConnectionOptions.Builder options) {
    return catchThrowableOfType(HostKeyException.class, () -> open(options).close());
  }
}
