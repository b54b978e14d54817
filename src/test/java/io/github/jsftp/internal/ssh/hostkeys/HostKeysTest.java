package io.github.jsftp.internal.ssh.hostkeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeyException.Reason;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.PublicHostKey;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@OnEachServer
class HostKeysTest {
  private static final String ED25519 = "ssh-ed25519";
  private static final String OTHER =
      "AAAAC3NzaC1lZDI1NTE5AAAAIHTuM9E7eHSZfUdVfbk0MRIbbB4w6cqzSj5FKFzdvYxC";

  @TempDir private Path temporary;
  private TestServer server;
  private Path file;
  private String name;

  @BeforeEach
  void prepare(TestServer theServer) {
    server = theServer;
    file = temporary.resolve("known_hosts");
    name = "[127.0.0.1]:" + server.port();
  }

  @Test
  void acceptsAKnownKey() throws Exception {
    connect(HostKeys.knownHosts(server.knownHosts()));
  }

  @Test
  void refusesAnUnknownHostAndSaysHowToAddIt() {
    HostKeyException refused = refused(HostKeys.knownHosts(file));
    assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN);
    assertThat(server.hostKeyFingerprints()).contains(refused.fingerprint());
    PublicHostKey key = shown(refused);
    assertThat(refused.knownHostsLine()).isEqualTo(key.knownHostsLine("127.0.0.1", server.port()));
    assertThat(refused)
        .hasMessage(
            "connect: host key of %s is unknown (%s %s, not in %s); check it and add it with"
                + " `ssh-keyscan -p %d 127.0.0.1 >> %s`, or use HostKeys.acceptNew(..) [%s]",
            name, key.type(), key.fingerprint(), file, server.port(), file, Ssh.peer(server));
    assertThat(file).doesNotExist();
    Path elsewhere = temporary.resolve("none/known_hosts");
    assertThat(refused(HostKeys.knownHosts(elsewhere)))
        .hasMessageContaining(
            "with `mkdir -p %s && ssh-keyscan -p %d 127.0.0.1 >> %s`",
            elsewhere.getParent(), server.port(), elsewhere);
  }

  @Test
  void refusesAChangedKeyAndNamesTheFile() throws Exception {
    write(name + " " + ED25519 + " " + OTHER);
    for (HostKeys rule : List.of(HostKeys.knownHosts(file), HostKeys.acceptNew(file))) {
      HostKeyException refused = refused(rule);
      assertThat(refused.reason()).isEqualTo(Reason.CHANGED);
      assertThat(refused)
          .hasMessageContaining("host key of " + name + " has changed (it is ")
          .hasMessageContaining(", known is ssh-ed25519 SHA256:")
          .hasMessageContaining(" in " + file + ":1): the server was reinstalled, or this is a")
          .hasMessageContaining("with `ssh-keygen -R '" + name + "' -f " + file + "`");
    }
    assertThat(file).hasContent(name + " " + ED25519 + " " + OTHER);
  }

  @Test
  void refusesARevokedKeyEvenIfItIsKnown() throws Exception {
    var lines = new ArrayList<String>();
    for (PublicHostKey key : server.hostKeys()) {
      lines.add(line(name, key));
      lines.add("@revoked * " + key.type() + " " + key.base64());
    }
    write(lines.toArray(String[]::new));
    assertThat(refused(HostKeys.knownHosts(file)).reason()).isEqualTo(Reason.REVOKED);
    assertThat(refused(HostKeys.acceptNew(file)).reason()).isEqualTo(Reason.REVOKED);
  }

  @Test
  @Tag("long-on-openssh")
  void readsHashedHosts() throws Exception {
    write(line(hash(name), key()));
    connect(HostKeys.knownHosts(file));
    write(line(hash("[127.0.0.1]:1"), key()));
    assertThat(refused(HostKeys.knownHosts(file)).reason()).isEqualTo(Reason.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NAME",
        "other,NAME",
        "[127.0.0.*]:*",
        "[127.?.0.1]:PORT",
        "!other,*",
        "127.0.0.1"
      })
  @Tag("long-on-openssh")
  void matchesTheHostsThatSshMatches(String hosts) throws Exception {
    write(line(filled(hosts), key()));
    connect(HostKeys.knownHosts(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"other", "!NAME,!127.0.0.1,*", "[127.0.0.1]:1", "[127.0.0.1]", "127.0.0.1x"})
  @Tag("long-on-openssh")
  void doesNotMatchTheHostsThatSshDoesNotMatch(String hosts) throws Exception {
    write(line(filled(hosts), key()));
    assertThat(refused(HostKeys.knownHosts(file)).reason()).isEqualTo(Reason.UNKNOWN);
  }

  @Test
  @Tag("long-on-openssh")
  void treatsADifferentKeyOfTheHostWithoutPortAsUnknown() throws Exception {
    write("127.0.0.1 " + ED25519 + " " + OTHER);
    assertThat(refused(HostKeys.knownHosts(file)).reason()).isEqualTo(Reason.UNKNOWN);
  }

  @Test
  void ignoresMalformedLines() throws Exception {
    write(
        "# a comment",
        "",
        "word",
        name + " ssh-ed25519 not!base64",
        name + " ssh-ed25519 AAAA",
        name + " ssh-rsa " + OTHER,
        "@cert-authority * ssh-ed25519 " + OTHER,
        "@strange * ssh-ed25519 " + OTHER,
        "|1|bad|hash ssh-ed25519 " + OTHER,
        "\t " + line(name, key()) + " with a comment");
    connect(HostKeys.knownHosts(file));
  }

  @Test
  void acceptsNoKeyBecauseItIsAnAuthority() throws Exception {
    write("@cert-authority " + line(name, key()));
    assertThat(refused(HostKeys.knownHosts(file)).reason()).isEqualTo(Reason.UNKNOWN);
  }

  @Test
  void requestsTheTypeOfTheKnownKey() throws Exception {
    for (PublicHostKey key : server.hostKeys()) {
      write(line(name, key));
      try (SshConnection connection = open(HostKeys.knownHosts(file))) {
        assertThat(connection.serverKey().type()).isEqualTo(key.type());
        assertThat(connection.serverKey().base64()).isEqualTo(key.base64());
        assertThat(connection.serverKey().fingerprint()).isEqualTo(key.fingerprint());
      }
    }
  }

  @Test
  void readsAllFiles() throws Exception {
    connect(HostKeys.knownHosts(file, server.knownHosts()));
  }

  @Test
  void addsAnUnknownHostOnceAndCreatesItsFile() throws Exception {
    Path fresh = temporary.resolve("new/.ssh/known_hosts");
    connect(HostKeys.acceptNew(fresh));
    List<String> lines = Files.readAllLines(fresh);
    assertThat(lines).hasSize(1);
    connect(HostKeys.acceptNew(fresh));
    assertThat(Files.readAllLines(fresh)).isEqualTo(lines);
    connect(HostKeys.knownHosts(fresh));
    assertThat(permissions(fresh)).isEqualTo("rw-------");
    assertThat(permissions(fresh.getParent())).isEqualTo("rwx------");
  }

  @Test
  @Tag("long-on-openssh")
  void onlyAddsToAFile() throws Exception {
    Files.writeString(file, "# mine\r\nnot a line");
    connect(HostKeys.acceptNew(file));
    assertThat(Files.readString(file))
        .startsWith("# mine\r\nnot a line\n" + name + " ")
        .endsWith("\n");
  }

  @Test
  @Tag("long-on-openssh")
  void addsAHostOnceForManyThreads() throws Exception {
    int threads = 8;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      var done = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        done.add(
            executor.submit(
                () -> {
                  connect(HostKeys.acceptNew(file));
                  return null;
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    } finally {
      executor.shutdown();
    }
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  @Tag("long-on-openssh")
  void refusesAnUnknownKeyThatItCannotRecord() throws Exception {
    Files.createDirectory(file);
    assertThatThrownBy(() -> connect(HostKeys.acceptNew(file)))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("can't use " + file + " (");
  }

  @Test
  void acceptsOnlyTheGivenFingerprint() throws Exception {
    String shown;
    try (SshConnection connection = open(HostKeys.acceptAnyInsecurely())) {
      shown = connection.serverKey().fingerprint();
    }
    connect(HostKeys.fingerprint(shown));
    String other = "SHA256:" + "A".repeat(43);
    HostKeyException refused = refused(HostKeys.fingerprint(other));
    assertThat(refused.reason()).isEqualTo(Reason.MISMATCH);
    assertThat(refused.fingerprint()).isEqualTo(shown);
    for (String one : server.hostKeyFingerprints()) {
      assertThat(refused).hasMessageContaining(one);
    }
    assertThat(refused).hasMessageContaining(", not " + other + "); ask");
  }

  @Test
  void acceptsTheFingerprintOfAnyOfTheServersKeys() throws Exception {
    for (PublicHostKey key : server.hostKeys()) {
      try (SshConnection connection = open(HostKeys.fingerprint(key.fingerprint()))) {
        assertThat(connection.serverKey().type()).isEqualTo(key.type());
      }
    }
  }

  @Test
  void refusesAFingerprintThatTheAlgorithmsExclude() {
    PublicHostKey first = server.hostKeys().get(0);
    PublicHostKey second = server.hostKeys().get(1);
    var options =
        Ssh.options(server)
            .hostKeys(HostKeys.fingerprint(second.fingerprint()))
            .hostKeyAlgorithms(first.type());
    assertThatThrownBy(() -> Ssh.open(options).close())
        .isInstanceOf(HostKeyException.class)
        .hasMessageContaining(
            "does not match (%s %s, not %s)",
            first.type(), first.fingerprint(), second.fingerprint());
  }

  @ParameterizedTest
  @CsvSource({
    "127.1, 127.0.0.1",
    "127.0.1, 127.0.0.1",
    "2130706433, 127.0.0.1",
    "0:0:0:0:0:0:0:1, ::1",
    "::0001, ::1",
    "::, ::",
    "2001:DB8:0:0:0:0:0:A, 2001:db8::a",
    "2001:db8:0:0:1:0:0:0, 2001:db8:0:0:1::",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "::FFFF:127.0.0.1, ::ffff:127.0.0.1",
    "FE80:0::1%eth0, fe80::1%eth0",
    "Files.Example.com, files.example.com",
    "1.2.3.4.5, 1.2.3.4.5",
    "1.2.3.999, 1.2.3.999",
    "010.0.0.1, 010.0.0.1",
    "12ab:zz, 12ab:zz"
  })
  @Tag("long-on-openssh")
  void looksUpAnAddressInTheFormThatSshUses(String host, String spelling) {
    assertThat(LiteralAddress.canonical(host)).isEqualTo(spelling);
  }

  @Test
  void findsAHostByAnotherFormOfItsAddress() throws Exception {
    write(line(name, key()));
    ConnectionOptions other =
        ConnectionOptions.builder("127.1")
            .port(server.port())
            .username(server.username())
            .privateKey(server.privateKey())
            .knownHosts(file)
            .build();
    SshConnection.open(other, Ssh.failures(other)).close();
  }

  /** A backtracking matcher would practically never finish with this pattern. */
  @Test
  @Timeout(300)
  @Tag("long-on-openssh")
  void matchesManyStarsInLinearTime() throws Exception {
    write(
        line("*1*".repeat(30) + "x", key()),
        line("*".repeat(20_000) + "x", key()),
        line("[127.**0*1*]:*" + name.charAt(name.length() - 1), key()));
    connect(HostKeys.knownHosts(file));
  }

  @Test
  @Timeout(300)
  @Tag("long-on-openssh")
  void refusesAFileWithAnEndlessLine() {
    Path zeros = Path.of("/dev/zero");
    assertThatThrownBy(() -> connect(HostKeys.knownHosts(zeros)))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("can't use /dev/zero (it has a line of more than 64 KiB)");
  }

  private SshConnection open(HostKeys rule) throws IOException {
    return Ssh.open(Ssh.options(server).hostKeys(rule));
  }

  private void connect(HostKeys rule) throws IOException {
    open(rule).close();
  }

  private HostKeyException refused(HostKeys rule) {
    return catchThrowableOfType(HostKeyException.class, () -> connect(rule));
  }

  private PublicHostKey shown(HostKeyException refused) {
    return server.hostKeys().stream()
        .filter(key -> key.fingerprint().equals(refused.fingerprint()))
        .findFirst()
        .orElseThrow();
  }

  private PublicHostKey key() {
    return server.hostKeys().get(0);
  }

  private String filled(String hosts) {
    return hosts.replace("NAME", name).replace("PORT", Integer.toString(server.port()));
  }

  private static String line(String hosts, PublicHostKey key) {
    return hosts + " " + key.type() + " " + key.base64();
  }

  private void write(String... lines) throws IOException {
    Files.write(file, List.of(lines));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static String hash(String host) throws Exception {
    byte[] salt = new byte[20];
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(salt, "HmacSHA1"));
    byte[] hash = mac.doFinal(host.getBytes(StandardCharsets.UTF_8));
    var base64 = Base64.getEncoder();
    return "|1|" + base64.encodeToString(salt) + "|" + base64.encodeToString(hash);
  }
}
