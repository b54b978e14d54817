package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.Session;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.Proxy;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.OtherServer;
import io.github.jsftp.testing.ReservedPort;
import io.github.jsftp.testing.SilentPeer;
import io.github.jsftp.testing.SshAgent;
import io.github.jsftp.testing.TestProxy;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Connects to real servers in many configurations. Each row of the table in {@code docs/servers.md}
 * is one of these cases, and has what was expected and what was seen.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerMatrixTest {
  private static final Path TABLE = Path.of("docs/servers.md");
  private static final Path NEW_TABLE = Path.of("target/servers.md");
  private static final String PASSPHRASE = "open-sesame";
  private static final String USER = "jsftp-matrix";
  private static final String PASSWORD = "correct horse";

  private static final List<String> CIPHERS =
      List.of(
          "aes128-gcm@openssh.com",
          "aes256-gcm@openssh.com",
          "aes128-ctr",
          "aes192-ctr",
          "aes256-ctr",
          "aes128-cbc",
          "aes192-cbc",
          "aes256-cbc",
          "3des-cbc");
  private static final List<String> MACS =
      List.of(
          "hmac-sha2-256-etm@openssh.com",
          "hmac-sha2-512-etm@openssh.com",
          "hmac-sha1-etm@openssh.com",
          "hmac-sha2-256",
          "hmac-sha2-512",
          "hmac-sha1",
          "hmac-sha1-96",
          "hmac-md5",
          "hmac-md5-96",
          "hmac-sha1-96-etm@openssh.com",
          "hmac-md5-etm@openssh.com",
          "hmac-md5-96-etm@openssh.com");
  private static final List<String> KEY_EXCHANGES =
      List.of(
          "curve25519-sha256",
          "curve25519-sha256@libssh.org",
          "ecdh-sha2-nistp256",
          "ecdh-sha2-nistp384",
          "ecdh-sha2-nistp521",
          "diffie-hellman-group-exchange-sha256",
          "diffie-hellman-group16-sha512",
          "diffie-hellman-group18-sha512",
          "diffie-hellman-group14-sha256",
          "diffie-hellman-group14-sha1",
          "diffie-hellman-group-exchange-sha1",
          "diffie-hellman-group1-sha1");
  private static final List<String> HOST_KEYS =
      List.of(
          "ssh-ed25519",
          "ecdsa-sha2-nistp256",
          "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521",
          "rsa-sha2-512",
          "rsa-sha2-256",
          "ssh-rsa",
          "ssh-dss");

  /** The samples of private keys, and the formats that they are in. */
  private static final Map<String, String> KEY_FILES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("ed25519", "Ed25519, OpenSSH"),
              Map.entry("ed25519-enc", "Ed25519, OpenSSH, passphrase"),
              Map.entry("gcm", "Ed25519, OpenSSH, passphrase, aes256-gcm"),
              Map.entry("ed25519-ppk2", "Ed25519, PuTTY 2"),
              Map.entry("ec", "ECDSA, OpenSSH"),
              Map.entry("ec-pem", "ECDSA, PEM"),
              Map.entry("ec-pem-aes", "ECDSA, PEM, passphrase"),
              Map.entry("ec-pkcs8", "ECDSA, PKCS#8"),
              Map.entry("ec-pkcs8-enc", "ECDSA, PKCS#8, passphrase"),
              Map.entry("ec-pkcs8-des3", "ECDSA, PKCS#8, passphrase, triple DES"),
              Map.entry("ec-ppk3", "ECDSA, PuTTY 3"),
              Map.entry("rsa", "RSA, OpenSSH"),
              Map.entry("rsa-pem", "RSA, PEM"),
              Map.entry("rsa-pem-aes", "RSA, PEM, passphrase"),
              Map.entry("rsa-pem-des3", "RSA, PEM, passphrase, triple DES"),
              Map.entry("rsa-pkcs8", "RSA, PKCS#8"),
              Map.entry("rsa-pkcs8-enc", "RSA, PKCS#8, passphrase"),
              Map.entry("rsa-ppk2-enc", "RSA, PuTTY 2, passphrase"),
              Map.entry("rsa-ppk3", "RSA, PuTTY 3")));

  /** Rows that others resemble. */
  private static final Set<String> SIMILAR =
      Set.of(
          "Private key files: Ed25519, OpenSSH",
          "Private key files: Ed25519, OpenSSH, passphrase, aes256-gcm",
          "Private key files: Ed25519, PuTTY 2",
          "Private key files: ECDSA, OpenSSH",
          "Private key files: ECDSA, PEM",
          "Private key files: ECDSA, PKCS#8",
          "Private key files: ECDSA, PKCS#8, passphrase, triple DES",
          "Private key files: ECDSA, PuTTY 3",
          "Private key files: RSA, OpenSSH",
          "Private key files: RSA, PEM, passphrase",
          "Private key files: RSA, PEM, passphrase, triple DES",
          "Private key files: RSA, PKCS#8",
          "Private key files: RSA, PKCS#8, passphrase",
          "Private key files: RSA, PuTTY 3",
          "Logging in: two keys, `AuthenticationMethods publickey,publickey`",
          "User certificates: for another principal",
          "User certificates: of another authority",
          "Passwords: after a key, `AuthenticationMethods publickey,password`",
          "Passwords: before a key, `AuthenticationMethods password,publickey`",
          "known_hosts: the key is in the file",
          "known_hosts: a pattern matches",
          "known_hosts: a pattern excludes the host",
          "Ways to the server: an HTTP proxy",
          "Ways to the server: a SOCKS5 proxy",
          "Settings of sshd: `Subsystem sftp internal-sftp`");

  @TempDir static Path dir;

  private final Map<String, OpenSshServer> servers = new LinkedHashMap<>();
  private final Map<String, String> seen = new LinkedHashMap<>();
  private final Map<String, OtherServer> otherServers = new LinkedHashMap<>();
  private final List<AutoCloseable> others = new ArrayList<>();
  private List<Row> rows = List.of();

  /** What a case does; returns what was seen. */
  private interface Attempt {
    String see() throws Exception;
  }

  private record Row(String topic, String name, String expected, Attempt attempt) {
    @Override
    public String toString() {
      return topic + ": " + name;
    }

    String line(String seen) {
      return "| " + name + " | " + expected + " | " + seen + " |";
    }
  }

  @BeforeAll
  void listRows() throws IOException {
    keygen("id_ed25519", "ed25519");
    keygen("other", "ed25519");
    keygen("user_ca", "ed25519");
    keygen("host_ca", "ed25519");
    authorize("authorized_keys", "id_ed25519", "other");
    run("chmod", "755", dir.toString()); // sshd reads authorized_keys as the user
    rows =
        Stream.of(
                algorithms(),
                keyFiles(),
                logins(),
                hostKeys(),
                noServers(),
                ways(),
                settings(),
                otherServers())
            .flatMap(List::stream)
            .toList();
  }

  @AfterAll
  void stop() throws Exception {
    servers.values().forEach(OpenSshServer::close);
    Collections.reverse(others); // a user can be deleted once nothing runs for it
    for (AutoCloseable other : others) {
      other.close();
    }
    if (!rows.isEmpty() && seen.size() == rows.size()) {
      writeTable();
    }
  }

  Stream<Row> differentRows() {
    return rows.stream().filter(row -> !SIMILAR.contains(row.toString()));
  }

  Stream<Row> similarRows() {
    assertThat(rows).extracting(Row::toString).containsAll(SIMILAR);
    return rows.stream().filter(row -> SIMILAR.contains(row.toString()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("differentRows")
  void behavesAsTheTableTells(Row row) throws Exception {
    assertBehaves(row);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("similarRows")
  @Tag("long")
  void behavesAsTheTableTellsInSimilarCases(Row row) throws Exception {
    assertBehaves(row);
  }

  private void assertBehaves(Row row) throws Exception {
    String result = row.attempt().see();
    for (int i = 0; i < 5 && isByChance(row, result); i++) {
      result = row.attempt().see();
    }
    seen.put(row.toString(), result);
    assertThat(result).startsWith(row.expected());
    assertThat(Files.readAllLines(TABLE).contains(row.line(result)))
        .as(
            "%s has %s; after a run of all with -Plong, %s is the new page",
            TABLE, row.line(result), NEW_TABLE)
        .isTrue();
  }

  /**
   * Returns true if it depends on the speed of the machine: its time was over before, or the client
   * has sent a packet just after a program has ended, upon which sshd ends the session.
   */
  private static boolean isByChance(Row row, String result) {
    return !result.startsWith(row.expected())
        && (result.contains(": timed out") || result.contains("nonexistent channel"));
  }

  @Test
  void theTableHasTheseRowsOnly() throws IOException {
    assertThat(Files.readAllLines(TABLE))
        .filteredOn(line -> line.startsWith("| ") && !line.startsWith("| Case "))
        .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2)))
        .containsExactlyElementsOf(
            rows.stream().map(row -> "| " + row.name() + " | " + row.expected() + " ").toList());
  }

  private void writeTable() throws IOException {
    var lines = new ArrayList<>(Files.readAllLines(TABLE));
    int tables = lines.indexOf("## " + rows.get(0).topic());
    lines = new ArrayList<>(tables < 0 ? lines : lines.subList(0, tables));
    String topic = "";
    for (Row row : rows) {
      if (!row.topic().equals(topic)) {
        if (!topic.isEmpty()) {
          lines.add("");
        }
        topic = row.topic();
        lines.addAll(List.of("## " + topic, "", "| Case | Expected | Seen |", "|---|---|---|"));
      }
      lines.add(row.line(String.valueOf(seen.get(row.toString()))));
    }
    Files.write(NEW_TABLE, lines);
  }

  private List<Row> algorithms() throws IOException {
    for (String type : List.of("ed25519", "ecdsa", "rsa", "dsa")) {
      keygen("host_" + type, type);
    }
    for (String bits : List.of("384", "521")) {
      run("ssh-keygen", "-q", "-t", "ecdsa", "-b", bits, "-N", "", "-f", file("host_ec" + bits));
    }
    var hostKeys = List.of("ed25519", "ecdsa", "ec384", "ec521", "rsa", "dsa");
    var known = new StringBuilder();
    var lines = new ArrayList<String>();
    for (String type : hostKeys) {
      lines.add("HostKey " + file("host_" + type));
      known.append("[127.0.0.1]:* ").append(Files.readString(dir.resolve("host_" + type + ".pub")));
    }
    Path knownHosts = Files.writeString(dir.resolve("known_all"), known);
    var algorithms = new Algorithms(lines, knownHosts);
    var all = new ArrayList<Row>();
    CIPHERS.forEach(name -> all.add(algorithms.row("Ciphers", name)));
    MACS.forEach(name -> all.add(algorithms.row("Message authentication codes", name)));
    KEY_EXCHANGES.forEach(name -> all.add(algorithms.row("Key exchange", name)));
    HOST_KEYS.forEach(name -> all.add(algorithms.row("Host keys", name)));
    return all;
  }

  /** Tries an algorithm of each kind in one connection, so that few connections try them all. */
  private final class Algorithms {
    private final List<String> ciphers = supported("cipher", CIPHERS);
    private final List<String> macs = supported("mac", MACS);
    private final List<String> keyExchanges = supported("kex", KEY_EXCHANGES);
    private final List<String> hostKeys = supported("HostKeyAlgorithms", HOST_KEYS);
    private final Map<String, Integer> attempts = new LinkedHashMap<>();
    private final Map<Integer, String> outcomes = new LinkedHashMap<>();
    private final String[] configuration;
    private final Path knownHosts;

    Algorithms(List<String> lines, Path knownHosts) throws IOException {
      this.knownHosts = knownHosts;
      var all = new ArrayList<>(lines);
      all.add("Ciphers " + String.join(",", ciphers));
      all.add("MACs " + String.join(",", macs));
      all.add("KexAlgorithms " + String.join(",", keyExchanges));
      all.add("HostKeyAlgorithms " + String.join(",", hostKeys));
      configuration = all.toArray(String[]::new);
      for (List<String> kind : List.of(ciphers, keyExchanges, hostKeys)) {
        kind.forEach(name -> attempts.put(name, kind.indexOf(name)));
      }
      int i = 0;
      for (String mac : macs) {
        while (isOwnMac(element(ciphers, i))) { // then none of these is used
          i++;
        }
        attempts.put(mac, i++);
      }
    }

    private boolean isOwnMac(String cipher) {
      return cipher.contains("gcm");
    }

    private String element(List<String> kind, int attempt) {
      return kind.get(attempt % kind.size());
    }

    Row row(String topic, String name) {
      return new Row(
          topic,
          "`" + name + "`",
          "connects",
          () -> {
            Integer attempt = attempts.get(name);
            Assumptions.assumeTrue(attempt != null, "this OpenSSH does not know " + name);
            String outcome = outcomes.get(attempt);
            if (outcome == null) {
              outcome = attempt(attempt);
              outcomes.put(attempt, outcome);
            }
            return outcome;
          });
    }

    private String attempt(int number) throws IOException {
      String cipher = element(ciphers, number);
      String mac =
          macs.stream()
              .filter(name -> attempts.get(name) == number)
              .findFirst()
              .orElse(macs.get(0));
      String keyExchange = element(keyExchanges, number);
      String hostKey = element(hostKeys, number);
      return outcome(
          Ssh.options(server(configuration))
              .knownHosts(knownHosts)
              .ciphers(cipher)
              .macs(mac)
              .keyExchanges(keyExchange)
              .hostKeyAlgorithms(hostKey),
          sftp -> {
            Session session = sftp.unwrap(Session.class);
            assertThat(session.getCipherAlgorithmC2S()).isEqualTo(cipher);
            assertThat(session.getKexAlgorithm()).isEqualTo(keyExchange);
            assertThat(session.getServerHostKeyAlgorithm()).isEqualTo(hostKey);
            if (!isOwnMac(cipher)) {
              assertThat(session.getMacAlgorithmC2S()).isEqualTo(mac);
            }
          });
    }
  }

  private List<Row> keyFiles() throws IOException {
    var authorized = new StringBuilder();
    var all = new ArrayList<Row>();
    for (String name : KEY_FILES.keySet()) {
      Path file = dir.resolve(name + ".key");
      try (var in = ServerMatrixTest.class.getResourceAsStream("/keys/" + name + ".key")) {
        Files.write(file, in.readAllBytes());
      }
      Users.run("chmod", "600", file.toString());
      authorized.append(publicLine(file)).append('\n');
      all.add(
          new Row(
              "Private key files",
              String.valueOf(KEY_FILES.get(name)),
              "connects",
              () ->
                  outcome(
                      options(server(authorizedKeys("authorized_samples")))
                          .privateKey(file, PASSPHRASE))));
    }
    Files.writeString(dir.resolve("authorized_samples"), authorized);
    all.add(
        new Row(
            "Private key files",
            "a public key in place of a private one",
            "AuthenticationException: private key .. is a public key",
            () ->
                outcome(
                    options(server(authorizedKeys("authorized_samples")))
                        .privateKey(dir.resolve("other.pub")))));
    all.add(
        new Row(
            "Private key files",
            "a wrong passphrase",
            "AuthenticationException: private key .. can't be decrypted",
            () ->
                outcome(
                    options(server(authorizedKeys("authorized_samples")))
                        .privateKey(dir.resolve("ec-pem-aes.key"), "wrong"))));
    return all;
  }

  private List<Row> logins() {
    String topic = "Logging in";
    var all = new ArrayList<Row>();
    all.add(
        new Row(
            topic,
            "a key of the server's authorized_keys",
            "connects",
            () -> outcome(options(server(authorizedKeys())).privateKey(dir.resolve("other")))));
    all.add(
        new Row(
            topic,
            "a key that the server does not know",
            "AuthenticationException: the server refused user",
            () -> outcome(options(server(authorizedKeys())).privateKey(dir.resolve("user_ca")))));
    all.add(
        new Row(
            topic,
            "a key of an ssh-agent",
            "connects",
            () -> {
              SshAgent agent = SshAgent.start(dir);
              others.add(agent);
              agent.add(dir.resolve("id_ed25519"));
              return outcome(options(server(authorizedKeys())).agent(agent.socket()));
            }));
    all.add(
        new Row(
            topic,
            "two keys, `AuthenticationMethods publickey,publickey`",
            "connects",
            () -> outcome(bothKeys("AuthenticationMethods publickey,publickey"))));
    all.add(
        new Row(
            topic,
            "the second of two keys with `MaxAuthTries 2`",
            "connects",
            () ->
                outcome(
                    options(server(authorizedKeys("authorized_keys", "MaxAuthTries 2")))
                        .privateKey(dir.resolve("user_ca"))
                        .privateKey(dir.resolve("other")))));
    all.add(
        new Row(
            topic,
            "the third of three keys with `MaxAuthTries 2`",
            "AuthenticationException: the server refused user",
            () ->
                outcome(
                    options(server(authorizedKeys("authorized_keys", "MaxAuthTries 2")))
                        .privateKey(dir.resolve("user_ca"))
                        .privateKey(dir.resolve("host_ca"))
                        .privateKey(dir.resolve("other")))));
    all.addAll(certificates());
    all.addAll(passwords());
    return all;
  }

  private List<Row> certificates() {
    String topic = "User certificates";
    return List.of(
        new Row(topic, "valid", "connects", () -> withCertificate("valid", "-n", userName())),
        new Row(
            topic,
            "expired",
            "AuthenticationException: the server refused user",
            () -> withCertificate("expired", "-n", userName(), "-V", "20200101:20200102")),
        new Row(
            topic,
            "for another principal",
            "AuthenticationException: the server refused user",
            () -> withCertificate("principal", "-n", "somebody-else")),
        new Row(
            topic,
            "of another authority",
            "AuthenticationException: the server refused user",
            () -> withCertificate("authority", "-s", file("other"), "-n", userName())));
  }

  private String withCertificate(String name, String... more) throws Exception {
    keygen("cert_" + name, "ed25519");
    var command = new ArrayList<>(List.of("ssh-keygen", "-q", "-I", name));
    if (!List.of(more).contains("-s")) {
      command.addAll(List.of("-s", file("user_ca")));
    }
    command.addAll(List.of(more));
    command.add(file("cert_" + name + ".pub"));
    run(command.toArray(String[]::new));
    return outcome(
        options(server("TrustedUserCAKeys " + file("user_ca.pub")))
            .privateKey(dir.resolve("cert_" + name)));
  }

  private List<Row> passwords() {
    String topic = "Passwords";
    return List.of(
        new Row(topic, "by `password`", "connects", () -> outcome(withPassword(PASSWORD))),
        new Row(
            topic,
            "wrong",
            "AuthenticationException: the server refused user",
            () -> outcome(withPassword("wrong"))),
        new Row(
            topic,
            "expired",
            "ConnectionException: the server ended SFTP before it began",
            () -> {
              ConnectionOptions.Builder options = withPassword(PASSWORD);
              run("chage", "-d", "0", USER);
              try {
                return outcome(options);
              } finally {
                run("chage", "-d", "-1", USER);
              }
            }),
        new Row(
            topic,
            "expired, with PAM",
            "AuthenticationException: the server refused user",
            () -> {
              ConnectionOptions.Builder options =
                  withPassword(
                      PASSWORD,
                      "UsePAM yes",
                      "KbdInteractiveAuthentication yes",
                      "AuthenticationMethods keyboard-interactive");
              run("chage", "-d", "0", USER);
              try {
                return outcome(options);
              } finally {
                run("chage", "-d", "-1", USER);
              }
            }),
        new Row(
            topic,
            "by `keyboard-interactive` of PAM",
            "connects",
            () ->
                outcome(
                    withPassword(
                        PASSWORD,
                        "UsePAM yes",
                        "KbdInteractiveAuthentication yes",
                        "AuthenticationMethods keyboard-interactive"))),
        new Row(
            topic,
            "after a key, `AuthenticationMethods publickey,password`",
            "connects",
            () ->
                outcome(
                    withPassword(PASSWORD, "AuthenticationMethods publickey,password")
                        .privateKey(dir.resolve("id_ed25519")))),
        new Row(
            topic,
            "before a key, `AuthenticationMethods password,publickey`",
            "connects",
            () ->
                outcome(
                    withPassword(PASSWORD, "AuthenticationMethods password,publickey")
                        .privateKey(dir.resolve("id_ed25519")))));
  }

  private List<Row> hostKeys() throws IOException {
    String topic = "known_hosts";
    return List.of(
        known(topic, "the key is in the file", "connects", "[127.0.0.1]:%d %s"),
        known(topic, "the name is hashed", "connects", null),
        known(topic, "a pattern matches", "connects", "[127.0.0.*]:* %2$s"),
        known(
            topic,
            "a pattern excludes the host",
            "HostKeyException: host key of [127.0.0.1]:port is unknown",
            "[127.0.0.*]:*,![127.0.0.1]:* %2$s"),
        known(
            topic,
            "nothing about the host",
            "HostKeyException: host key of [127.0.0.1]:port is unknown",
            "other.example %2$s"),
        known(
            topic,
            "the key is another",
            "HostKeyException: host key of [127.0.0.1]:port has changed",
            "[127.0.0.1]:%d " + publicKey("other")),
        known(
            topic,
            "the key is marked `@revoked`",
            "HostKeyException: host key of [127.0.0.1]:port, or the authority that certifies it, is revoked",
            "@revoked * %2$s\n[127.0.0.1]:%1$d %2$s"),
        new Row(
            topic,
            "`acceptNew` with an empty file",
            "connects",
            () -> {
              Path file = Files.writeString(dir.resolve("known_new"), "");
              var options = options(server(authorizedKeys())).privateKey(dir.resolve("other"));
              String first = outcome(options.hostKeys(HostKeys.acceptNew(file)));
              assertThat(file).isNotEmptyFile();
              return first;
            }),
        hostCertificate("a certificate of an authority", "connects", "127.0.0.1"),
        hostCertificate(
            "an expired certificate",
            "HostKeyException: host certificate is not valid (it has expired",
            "127.0.0.1",
            "-V",
            "20200101:20200102"),
        hostCertificate(
            "a certificate for another host",
            "HostKeyException: host certificate is not valid (it is for other.example",
            "other.example"));
  }

  /** A case in which the file has one line; null for the right one, hashed. */
  private Row known(String topic, String name, String expected, String line) {
    return new Row(
        topic,
        name,
        expected,
        () -> {
          OpenSshServer server = server(authorizedKeys());
          Path file = dir.resolve("known_" + name.replaceAll("\\W", "_"));
          String right = server.hostKeys().get(0).type() + " " + server.hostKeys().get(0).base64();
          String format = line == null ? "[127.0.0.1]:%d %s" : line;
          Files.writeString(file, String.format(format, server.port(), right) + "\n");
          if (line == null) {
            run("ssh-keygen", "-H", "-f", file.toString());
          }
          return outcome(options(server).privateKey(dir.resolve("other")).knownHosts(file));
        });
  }

  private Row hostCertificate(String name, String expected, String principal, String... more) {
    return new Row(
        "known_hosts",
        name,
        expected,
        () -> {
          String key = "hostcert_" + name.replaceAll("\\W", "_");
          keygen(key, "ed25519");
          var command =
              new ArrayList<>(
                  List.of(
                      "ssh-keygen", "-q", "-h", "-s", file("host_ca"), "-I", key, "-n", principal));
          command.addAll(List.of(more));
          command.add(file(key + ".pub"));
          run(command.toArray(String[]::new));
          Path known =
              Files.writeString(
                  dir.resolve("known_" + key),
                  "@cert-authority [127.0.0.1]:* " + publicKey("host_ca") + "\n");
          String[] lines = {
            "HostKey " + file(key),
            "HostCertificate " + file(key + "-cert.pub"),
            "AuthorizedKeysFile " + file("authorized_keys")
          };
          return outcome(options(server(lines)).privateKey(dir.resolve("other")).knownHosts(known));
        });
  }

  private List<Row> settings() {
    String topic = "Settings of sshd";
    return List.of(
        setting(topic, "`ForceCommand internal-sftp`", "connects", "ForceCommand internal-sftp"),
        setting(
            topic,
            "`ForceCommand` that prints a text",
            "ConnectionException: received \"maintenance until noon\" where SFTP should start",
            "ForceCommand echo maintenance until noon"),
        setting(
            topic,
            "`ForceCommand /bin/false`",
            "ConnectionException: the server ended SFTP before it began: its exit status is 1",
            "ForceCommand /bin/false"),
        setting(
            topic,
            "no SFTP subsystem",
            "ConnectionException: the server has no SFTP subsystem",
            "Subsystem other /bin/false"),
        new Row(
            topic,
            "no SFTP subsystem, `sftpServer(..)`",
            "connects",
            () ->
                outcome(
                    hop("Subsystem other /bin/false")
                        .sftpServer(OpenSshServer.sftpServer().toString()))),
        setting(
            topic, "`Subsystem sftp internal-sftp`", "connects", "Subsystem sftp internal-sftp"),
        setting(topic, "`MaxSessions 1`", "connects", "MaxSessions 1"),
        setting(
            topic,
            "`ChrootDirectory` that belongs to root",
            "connects",
            "Subsystem sftp internal-sftp",
            "ChrootDirectory /"),
        setting(
            topic,
            "`ChrootDirectory` that does not exist",
            "ConnectionException: the server ended SFTP before it began",
            "ChrootDirectory " + file("missing")),
        new Row(
            topic,
            "a banner",
            "connects",
            () -> {
              var banner = new StringBuilder();
              String result =
                  outcome(
                      Ssh.options(server("Banner " + file("other.pub"))).banner(banner::append));
              assertThat(banner.toString()).startsWith("ssh-ed25519 ");
              return result;
            }),
        setting(topic, "`RekeyLimit 64K`, and a listing of /usr/bin", "connects", "RekeyLimit 64K"),
        new Row(
            topic,
            "`MaxStartups 1`, while another client is logging in",
            "ConnectionException: the server closed the connection and said",
            () -> {
              OpenSshServer server = server("MaxStartups 1", "LoginGraceTime 100");
              try (Socket other = greeted(server)) {
                assertThat(other.isConnected()).isTrue();
                return outcome(Ssh.options(server));
              }
            }),
        new Row(
            topic,
            "algorithms of the 2000s only, `legacyAlgorithms(true)`",
            "connects",
            () -> outcome(old().legacyAlgorithms(true))),
        new Row(
            topic,
            "algorithms of the 2000s only, without it",
            "ConnectionException: no key exchange method in common",
            () -> outcome(old())));
  }

  /** Returns a connection that is not logged in; the one that found the server ready may last. */
  private static Socket greeted(OpenSshServer server) throws IOException {
    while (true) {
      var socket = new Socket(server.host(), server.port());
      if (socket.getInputStream().read() == 'S') {
        return socket;
      }
      socket.close();
    }
  }

  private List<Row> noServers() {
    String topic = "No server, or none that can be used";
    return List.of(
        new Row(
            topic,
            "a name without an address",
            "ConnectionException: unknown host",
            () -> outcome(ConnectionOptions.builder("no-such-host.invalid").password("x"))),
        new Row(
            topic,
            "a closed port",
            "ConnectionException: connection refused",
            () -> {
              try (var closed = ReservedPort.any()) {
                int port = closed.port();
                return outcome(ConnectionOptions.builder("127.0.0.1").port(port).password("x"));
              }
            }),
        peer(
            topic,
            "a server that sends nothing",
            "ConnectionException: timed out after 1 s while waiting for the server's greeting",
            SilentPeer::mute),
        peer(
            topic,
            "a server that sends nothing after its greeting",
            "ConnectionException: timed out after 1 s while exchanging keys",
            () -> SilentPeer.saying("SSH-2.0-Silent\r\n")),
        peer(
            topic,
            "a server that sends text instead of its greeting",
            "ConnectionException: timed out after 1 s while waiting for the server's greeting:"
                + " the peer only said",
            () -> SilentPeer.saying("please log in\r\n")),
        peer(
            topic,
            "a server that closes at once",
            "ConnectionException: the server closed the connection before its greeting",
            SilentPeer::closing),
        peer(
            topic,
            "a web server",
            "ConnectionException: the peer is not an SSH server: it said",
            SilentPeer::http),
        peer(
            topic,
            "a server of version 1 of SSH",
            "ConnectionException: the server does not speak version 2 of SSH: it said",
            () -> SilentPeer.saying("SSH-1.5-Old\r\n")),
        new Row(
            topic,
            "a server with another cipher only",
            "ConnectionException: no cipher in common",
            () -> outcome(Ssh.options(server("Ciphers aes128-cbc")))),
        new Row(
            topic,
            "a server with another MAC only",
            "ConnectionException: no message authentication code in common",
            () -> outcome(Ssh.options(server("MACs umac-128@openssh.com")))),
        new Row(
            topic,
            "a server with another kind of host key only",
            "ConnectionException: no host key algorithm in common",
            () -> outcome(Ssh.options(server("HostKeyAlgorithms ssh-rsa")))));
  }

  private interface PeerStart {
    SilentPeer start() throws IOException;
  }

  private static Row peer(String topic, String name, String expected, PeerStart start) {
    return new Row(
        topic,
        name,
        expected,
        () -> {
          try (SilentPeer peer = start.start()) {
            return outcome(
                ConnectionOptions.builder(peer.host())
                    .port(peer.port())
                    .password("x")
                    .connectTimeout(
                        expected.contains("after 1 s")
                            ? Duration.ofSeconds(1)
                            : Duration.ofSeconds(60)));
          }
        });
  }

  @Test
  void theErrorsThatTheTableShowsAreExplained() throws IOException {
    List<String> failures =
        Files.readAllLines(TABLE).stream()
            .filter(line -> line.startsWith("| ") && line.contains("Exception: "))
            .map(line -> line.substring(line.lastIndexOf(" | ", line.length() - 4) + 3))
            .map(seen -> seen.substring(seen.indexOf("Exception: ") + 11).replace(" |", ""))
            .toList();
    List<Pattern> explained =
        Files.readAllLines(Path.of("docs/errors.md")).stream()
            .dropWhile(line -> !line.equals("## When connecting fails"))
            .skip(1)
            .takeWhile(line -> !line.startsWith("## "))
            .filter(line -> line.startsWith("| ") && !line.startsWith("| The message "))
            .map(line -> line.substring(2, line.indexOf(" |", 2)))
            .map(words -> Pattern.quote(words).replace("..", "\\E.*\\Q"))
            .map(Pattern::compile)
            .toList();
    assertThat(failures)
        .isNotEmpty()
        .allSatisfy(
            message ->
                assertThat(explained).anyMatch(pattern -> pattern.matcher(message).lookingAt()));
    assertThat(explained)
        .allSatisfy(
            pattern ->
                assertThat(failures).anyMatch(message -> pattern.matcher(message).lookingAt()));
  }

  private List<Row> ways() {
    String topic = "Ways to the server";
    return List.of(
        new Row(
            topic,
            "two jump hosts",
            "connects",
            () -> {
              ConnectionOptions.Builder first = hop("LoginGraceTime 101");
              ConnectionOptions.Builder second = hop("LoginGraceTime 102").jumpHost(first.build());
              return outcome(hop("LoginGraceTime 103").jumpHost(second.build()));
            }),
        new Row(
            topic,
            "a jump host that allows no forwarding",
            "ConnectionException: the jump host .. does not allow connections",
            () ->
                outcome(hop("LoginGraceTime 103").jumpHost(hop("AllowTcpForwarding no").build()))),
        new Row(
            topic,
            "a jump host that can't reach the server",
            "ConnectionException: the jump host .. can't connect to",
            () -> {
              ConnectionOptions.Builder options = hop("LoginGraceTime 103");
              try (var closed = ReservedPort.any()) {
                options.port(closed.port());
                return outcome(options.jumpHost(hop("LoginGraceTime 101").build()));
              }
            }),
        new Row(
            topic,
            "an HTTP proxy that refuses the password",
            "AuthenticationException: the HTTP proxy 127.0.0.1:port refused user me",
            () -> {
              try (TestProxy running = TestProxy.http("me:secret")) {
                return outcome(
                    hop("LoginGraceTime 103")
                        .proxy(Proxy.http("127.0.0.1", running.port()).credentials("me", "wrong")));
              }
            }),
        new Row(
            topic,
            "a SOCKS5 proxy that refuses the password",
            "AuthenticationException: the SOCKS5 proxy 127.0.0.1:port refused user me",
            () -> {
              try (TestProxy running = TestProxy.socks5("me:secret")) {
                return outcome(
                    hop("LoginGraceTime 103")
                        .proxy(
                            Proxy.socks5("127.0.0.1", running.port()).credentials("me", "wrong")));
              }
            }),
        new Row(
            topic,
            "a proxy that is a web server",
            "ConnectionException: the HTTP proxy 127.0.0.1:port does not connect to",
            () -> {
              try (SilentPeer web = SilentPeer.http()) {
                return outcome(
                    hop("LoginGraceTime 103").proxy(Proxy.http("127.0.0.1", web.port())));
              }
            }),
        proxy(topic, "an HTTP proxy", null, TestProxy::http, Proxy::http),
        proxy(topic, "an HTTP proxy with a password", "me:secret", TestProxy::http, Proxy::http),
        proxy(topic, "a SOCKS5 proxy", null, TestProxy::socks5, Proxy::socks5),
        proxy(
            topic, "a SOCKS5 proxy with a password", "me:secret", TestProxy::socks5, Proxy::socks5),
        proxy(topic, "a SOCKS4 proxy", null, TestProxy::socks4, Proxy::socks4),
        new Row(
            topic,
            "a proxy command, `ssh -W`",
            "connects",
            () -> {
              OpenSshServer gate = server(authorizedKeys("authorized_keys", "LoginGraceTime 101"));
              String command =
                  "ssh -W %%h:%%p -F none -o BatchMode=yes -i %s -p %d -o UserKnownHostsFile=%s %s"
                      .formatted(dir.resolve("other"), gate.port(), gate.knownHosts(), gate.host());
              return outcome(
                  hop("LoginGraceTime 103").proxyCommand(command).allowProxyCommand(true));
            }),
        new Row(
            topic,
            "a proxy command that is not allowed",
            "ConnectionException: the proxy command 'ssh' is not run",
            () -> outcome(hop("LoginGraceTime 103").proxyCommand("ssh"))));
  }

  private ConnectionOptions.Builder hop(String line) throws IOException {
    return options(server(authorizedKeys("authorized_keys", line)))
        .privateKey(dir.resolve("other"));
  }

  private interface ProxyStart {
    TestProxy start(String credentials) throws IOException;
  }

  private Row proxy(
      String topic,
      String name,
      String credentials,
      ProxyStart start,
      BiFunction<String, Integer, Proxy> options) {
    return new Row(
        topic,
        name,
        "connects",
        () -> {
          try (TestProxy running = start.start(credentials)) {
            Proxy proxy = options.apply("127.0.0.1", running.port());
            return outcome(
                hop("LoginGraceTime 103")
                    .proxy(
                        credentials == null
                            ? proxy
                            : proxy.credentials("me", credentials.split(":", 2)[1])));
          }
        });
  }

  private List<Row> otherServers() {
    var all = new ArrayList<Row>();
    for (String name : List.of("Dropbear", "ProFTPD")) {
      String topic = name + " of Debian 12";
      all.add(
          new Row(
              topic,
              "by a key",
              "connects",
              () -> outcome(other(name).privateKey(dir.resolve("other")), this::thereAndBack)));
      all.add(
          new Row(
              topic,
              "by a password",
              "connects",
              () -> outcome(other(name).password(PASSWORD), this::thereAndBack)));
      all.add(
          new Row(
              topic,
              "by a wrong password",
              "AuthenticationException: the server refused user",
              () -> outcome(other(name).password("wrong"))));
    }
    return all;
  }

  private void thereAndBack(Connection sftp) throws IOException {
    sftp.writeString("file", "text");
    assertThat(sftp.readString("file")).isEqualTo("text");
    assertThat(sftp.listdir()).contains("file");
    sftp.remove("file");
  }

  /** Returns options for the user on a server of Debian that is not OpenSSH's. */
  private ConnectionOptions.Builder other(String name) throws IOException {
    createUser();
    OtherServer server = otherServers.get(name);
    if (server == null) {
      Path folder = Files.createDirectory(dir.resolve(name));
      server =
          name.equals("Dropbear")
              ? OtherServer.dropbear(folder, dir.resolve("authorized_keys"), USER)
              : OtherServer.proftpd(folder, dir.resolve("authorized_keys"), USER);
      otherServers.put(name, server);
      others.add(server);
    }
    return ConnectionOptions.builder("127.0.0.1")
        .port(server.port())
        .username(USER)
        .agent(false)
        .hostKeys(HostKeys.fingerprint(server.fingerprint()));
  }

  private ConnectionOptions.Builder old() throws IOException {
    return Ssh.options(
        server(
            "KexAlgorithms diffie-hellman-group1-sha1",
            "HostKeyAlgorithms ssh-rsa",
            "Ciphers 3des-cbc",
            "MACs hmac-md5"));
  }

  private Row setting(String topic, String name, String expected, String... lines) {
    return new Row(
        topic,
        name,
        expected,
        () -> {
          Assumptions.assumeTrue(
              userName().equals("root") || !List.of(lines).toString().contains("Chroot"),
              "ChrootDirectory takes root");
          return outcome(
              Ssh.options(server(lines)),
              sftp -> assertThat(sftp.listdir("/usr/bin")).isNotEmpty());
        });
  }

  /** What is checked once a connection is there. */
  private interface Check {
    void accept(Connection sftp) throws IOException;
  }

  private static String outcome(ConnectionOptions.Builder options) {
    return outcome(options, sftp -> assertThat(sftp.exists("/")).isTrue());
  }

  /** Returns "connects", or the exception and what it tells first. */
  private static String outcome(ConnectionOptions.Builder options, Check check) {
    try (Connection sftp = Connection.connect(options.build())) {
      check.accept(sftp);
      return "connects";
    } catch (IOException e) {
      String message =
          e.getMessage()
              .replaceFirst("^connect: ", "")
              .replaceFirst(" \\[[^\\[]*\\]$", "")
              .replaceAll("; .*", "")
              .replaceAll(":\\d{4,5}", ":port")
              .replaceAll("SHA256:[\\w+/]+", "SHA256:..")
              .replaceAll("(?<=user )[-\\w]+", "me")
              .replaceAll("(?<=jump host )[-@.:\\w]+", "..")
              .replaceAll(dir + "[-\\w./]*", "..")
              .replaceAll("/tmp/[-\\w./]*", "..")
              .replaceAll("this side offers .*, the server ", "this side offers .., the server ");
      return e.getClass().getSimpleName() + ": " + message.replace("|", "\\|");
    }
  }

  /** Returns the server with this configuration, which is started once. */
  private synchronized OpenSshServer server(String... lines) throws IOException {
    String key = String.join("\n", lines);
    OpenSshServer server = servers.get(key);
    if (server == null) {
      server = OpenSshServer.start(lines);
      servers.put(key, server);
    }
    return server;
  }

  private static ConnectionOptions.Builder options(OpenSshServer server) {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username(server.username())
        .knownHosts(server.knownHosts());
  }

  private ConnectionOptions.Builder bothKeys(String... lines) throws IOException {
    return options(server(authorizedKeys("authorized_keys", lines)))
        .privateKey(dir.resolve("id_ed25519"))
        .privateKey(dir.resolve("other"));
  }

  private static String[] authorizedKeys(String file, String... lines) {
    return Stream.concat(Stream.of("AuthorizedKeysFile " + file(file)), Stream.of(lines))
        .toArray(String[]::new);
  }

  private static String[] authorizedKeys() {
    return authorizedKeys("authorized_keys");
  }

  /** Returns options for a user of this machine with a password; only root can create one. */
  private ConnectionOptions.Builder withPassword(String password, String... lines)
      throws IOException {
    createUser();
    var all = new ArrayList<>(List.of(lines));
    all.add("PasswordAuthentication yes");
    all.add("AuthorizedKeysFile " + file("authorized_keys"));
    String key = String.join("\n", all);
    OpenSshServer server = servers.get(key);
    if (server == null) {
      server = OpenSshServer.startFor(USER, all.toArray(String[]::new));
      servers.put(key, server);
    }
    return options(server).username(USER).password(password);
  }

  private void createUser() throws IOException {
    if (others.stream().noneMatch(Users.class::isInstance)) {
      var users = new Users(USER);
      others.add(users);
      users.user(USER, "nogroup").password(PASSWORD, USER);
    }
  }

  private static String userName() {
    return System.getProperty("user.name");
  }

  private static List<String> supported(String kind, List<String> names) throws IOException {
    List<String> known = Users.run("ssh", "-Q", kind).lines().toList();
    return names.stream().filter(known::contains).toList();
  }

  private static void authorize(String file, String... keys) throws IOException {
    var lines = new StringBuilder();
    for (String key : keys) {
      lines.append(publicKey(key)).append('\n');
    }
    Files.writeString(dir.resolve(file), lines);
  }

  private static String publicKey(String name) throws IOException {
    String[] words = Files.readString(dir.resolve(name + ".pub")).split(" ", -1);
    return words[0] + " " + words[1].strip();
  }

  private static String publicLine(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (!lines.get(0).startsWith("PuTTY-User-Key-File")) {
      return Users.run("ssh-keygen", "-y", "-P", PASSPHRASE, "-f", file.toString()).strip();
    }
    int first = 0;
    while (!lines.get(first).startsWith("Public-Lines: ")) {
      first++;
    }
    int count = Integer.parseInt(lines.get(first).substring("Public-Lines: ".length()));
    return lines.get(0).split(": ", 2)[1]
        + " "
        + String.join("", lines.subList(first + 1, first + 1 + count));
  }

  private static void keygen(String name, String type) throws IOException {
    var command = new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-N", ""));
    if (type.equals("rsa")) {
      command.addAll(List.of("-b", "2048")); // generated faster than the default
    }
    command.addAll(List.of("-f", file(name)));
    run(command.toArray(String[]::new));
  }

  private static String file(String name) {
    return dir.resolve(name).toString();
  }

  private static void run(String... command) throws IOException {
    Users.run(command);
  }
}
