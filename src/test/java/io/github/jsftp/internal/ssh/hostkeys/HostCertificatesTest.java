package io.github.jsftp.internal.ssh.hostkeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Host keys and host certificates of real authorities on a real sshd. Each case connects with
 * {@code ssh}, too, which must accept and refuse the same.
 */
@LeakCheck
@Timeout(300)
class HostCertificatesTest {
  private static final String MAKE_KEYS =
      """
      set -e; export TZ=UTC
      for name in ca other; do ssh-keygen -q -t ed25519 -N '' -C '' -f $name; done
      ssh-keygen -q -t rsa -b 2048 -N '' -C '' -f ca-rsa
      ssh-keygen -q -t ed25519 -N '' -C '' -f ed25519
      ssh-keygen -q -t rsa -b 2048 -N '' -C '' -f rsa
      for bits in 256 384 521; do ssh-keygen -q -t ecdsa -b $bits -N '' -C '' -f ecdsa$bits; done
      ssh-keygen -q -h -I good -s ca -n 127.0.0.1,alias ed25519.pub
      ssh-keygen -q -h -I good -s ca-rsa -n x,127.0.0.1 -V -1d:+1d rsa.pub
      ssh-keygen -q -h -I expired -s ca -n 127.0.0.1 -V 20200101:20200102 ecdsa256.pub
      ssh-keygen -q -h -I elsewhere -s ca -n elsewhere,example.com ecdsa384.pub
      ssh-keygen -q -I user -s ca -n 127.0.0.1 ecdsa521.pub
      """;

  @TempDir private static Path keys;
  private static OpenSshServer server;

  @TempDir private Path temporary;

  @BeforeAll
  static void startServer() throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", MAKE_KEYS)
            .directory(keys.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(output).isZero();
    var lines = new ArrayList<String>();
    for (String name : List.of("ed25519", "rsa", "ecdsa256", "ecdsa384", "ecdsa521")) {
      lines.add("HostKey " + keys.resolve(name));
      lines.add("HostCertificate " + keys.resolve(name + "-cert.pub"));
    }
    server = OpenSshServer.start(lines.toArray(String[]::new));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  /**
   * NAME stands for the host with its port; a word in braces for the public key of that name. Lines
   * are separated by semicolons.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ed25519  | @cert-authority NAME {ca}                                  | accepted
          ed25519  | @cert-authority x,[127.*]:* {other}; @cert-authority * {ca} | accepted
          ed25519  | NAME {other}; @cert-authority NAME {ca}                    | accepted
          rsa      | @cert-authority NAME {ca-rsa}                              | accepted
          ecdsa384 | @cert-authority * {ca}; NAME {ecdsa384}                    | accepted
          ed25519  | NAME {rsa}                                                 | CHANGED
          ed25519  | NAME {ed25519}; @revoked * {ed25519}                       | REVOKED
          ed25519  | @cert-authority elsewhere {ca}                             | UNKNOWN
          ed25519  | @cert-authority * {other}; NAME {other}                    | CHANGED
          ed25519  | @cert-authority * {ca}; NAME {ed25519}; @revoked NAME {ca} | REVOKED
          ecdsa256 | @cert-authority * {ca}                                     | INVALID_CERTIFICATE
          """)
  void acceptsWhatSshAccepts(String type, String knownHosts, String expected) throws Exception {
    assertOutcome(type, knownHosts, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ed25519  | @cert-authority 127.0.0.1 {ca}                             | accepted
          ed25519  | @cert-authority * {ca}                                     | accepted
          ed25519  | NAME {ed25519}                                             | accepted
          ed25519  | @cert-authority * {other}; NAME {ed25519}                  | accepted
          ecdsa256 | @cert-authority * {ca}; NAME {ecdsa256}                    | accepted
          ed25519  | NAME {other}; NAME {ed25519}                               | accepted
          ed25519  | 127.0.0.1 {ed25519}; @revoked elsewhere {ed25519}          | accepted
          ed25519  | 127.0.0.1 {other}                                          | UNKNOWN
          ed25519  | @cert-authority !NAME,[127.0.0.1]:* {ca}                   | UNKNOWN
          ed25519  | @cert-authority * {other}                                  | UNKNOWN
          ed25519  | @cert-authority * {ed25519}                                | UNKNOWN
          ed25519  | NAME {ca}                                                  | CHANGED
          ed25519  | @cert-authority * {ca}; @revoked * {ca}                    | REVOKED
          ed25519  | @cert-authority * {ca}; @revoked NAME {ed25519}            | REVOKED
          ecdsa256 | @cert-authority * {ca}; NAME {other}                       | CHANGED
          ecdsa384 | @cert-authority * {ca}                                     | INVALID_CERTIFICATE
          ecdsa521 | @cert-authority * {ca}                                     | INVALID_CERTIFICATE
          ecdsa521 | @cert-authority * {ca}; NAME {ecdsa521}                    | accepted
          """)
  @Tag("long")
  void acceptsWhatSshAcceptsInMoreCases(String type, String knownHosts, String expected)
      throws Exception {
    assertOutcome(type, knownHosts, expected);
  }

  private void assertOutcome(String type, String knownHosts, String expected) throws Exception {
    Path file = write(knownHosts);
    ConnectionOptions.Builder options =
        Ssh.options(server).knownHosts(file).hostKeyAlgorithms(algorithms(type));
    assertThat(outcome(options)).isEqualTo(expected);
    assertThat(sshAccepts(file, type)).isEqualTo(expected.equals("accepted"));
  }

  @Test
  void tellsWhyACertificateIsNotValid() throws Exception {
    Path file = write("@cert-authority * {ca}");
    PublicHostKey key = key("ecdsa256");
    HostKeyException refused =
        refused(Ssh.options(server).knownHosts(file).hostKeyAlgorithms(algorithms("ecdsa256")));
    assertThat(refused.fingerprint()).isEqualTo(key.fingerprint());
    assertThat(refused)
        .hasMessageStartingWith(
            "connect: host certificate is not valid (it has expired, on 2020-01-02T00:00:00Z), and"
                + " the host key of [127.0.0.1]:%d is unknown (%s %s, not in %s); check it and add"
                + " it with ",
            server.port(), key.type(), key.fingerprint(), file);
    assertThat(
            refused(Ssh.options(server).knownHosts(file).hostKeyAlgorithms(algorithms("ecdsa384"))))
        .hasMessageContaining("(it is for elsewhere, example.com, not for 127.0.0.1), and");
    assertThat(
            refused(
                Ssh.options(server)
                    .knownHosts(write("@cert-authority * {other}"))
                    .hostKeyAlgorithms(algorithms("ed25519"))))
        .hasMessageContaining(
            "(its authority, ssh-ed25519 "
                + key("ca").fingerprint()
                + ", is not known for this host), and");
  }

  @Test
  void comparesTheAliasWithTheNamesInTheCertificate() throws Exception {
    Path file = write("@cert-authority alias,elsewhere,third {ca}");
    String[] algorithms = algorithms("ed25519");
    ConnectionOptions.Builder options =
        Ssh.options(server).knownHosts(file).hostKeyAlgorithms(algorithms);
    assertThat(outcome(options.hostKeyAlias("Alias"))).isEqualTo("accepted");
    assertThat(sshAccepts(file, "ed25519", "-oHostKeyAlias=Alias")).isTrue();
    assertThat(outcome(options.hostKeyAlias("third"))).isEqualTo("INVALID_CERTIFICATE");
    assertThat(sshAccepts(file, "ed25519", "-oHostKeyAlias=third")).isFalse();
  }

  @Test
  void refusesAnAuthorityInTheListOfRevokedKeys() throws Exception {
    Path file = write("@cert-authority * {ca}; NAME {ed25519}");
    Path revoked = keys.resolve("ca.pub");
    ConnectionOptions.Builder options =
        Ssh.options(server).knownHosts(file).hostKeyAlgorithms(algorithms("ed25519"));
    assertThat(outcome(options.revokedHostKeys(revoked))).isEqualTo("REVOKED");
    assertThat(sshAccepts(file, "ed25519", "-oRevokedHostKeys=" + revoked)).isFalse();
  }

  @Test
  void addsTheKeyOfANewHostWhoseCertificateHasExpired() throws Exception {
    String authority = "@cert-authority * {ca}";
    Path file = write(authority);
    ConnectionOptions.Builder options =
        Ssh.options(server)
            .hostKeys(HostKeys.acceptNew(file))
            .hostKeyAlgorithms(algorithms("ecdsa256"));
    assertThat(outcome(options)).isEqualTo("accepted");
    assertThat(Files.readAllLines(file))
        .last()
        .isEqualTo(key("ecdsa256").knownHostsLine("127.0.0.1", server.port()));
    file = write(authority);
    assertThat(sshAccepts(file, "ecdsa256", "-oStrictHostKeyChecking=accept-new")).isTrue();
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void addsNoKeyOfAHostWhoseCertificateIsValid() throws Exception {
    Path file = write("@cert-authority * {ca}");
    assertThat(outcome(Ssh.options(server).hostKeys(HostKeys.acceptNew(file))))
        .isEqualTo("accepted");
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void asksForCertificatesFirstIfAnAuthorityIsKnown() throws Exception {
    assertThat(offered(HostKeys.knownHosts(write("@cert-authority * {ca}; NAME {rsa}"))))
        .startsWith("ssh-ed25519-cert-v01@openssh.com")
        .containsSubsequence(
            "rsa-sha2-256-cert-v01@openssh.com", "rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519");
    assertThat(offered(HostKeys.knownHosts(write("NAME {rsa}"))))
        .startsWith("rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519")
        .noneMatch(name -> name.contains("-cert-"));
    assertThat(offered(HostKeys.acceptAnyInsecurely()))
        .startsWith("ssh-ed25519")
        .noneMatch(name -> name.contains("-cert-"));
  }

  @Test
  void checksTheKeyInACertificateAgainstAPin() throws Exception {
    PublicHostKey key = key("ed25519");
    for (HostKeys rule :
        List.of(
            HostKeys.key(key.type() + " " + key.base64()),
            HostKeys.fingerprint(key.fingerprint()),
            HostKeys.acceptAnyInsecurely())) {
      var options =
          Ssh.options(server).hostKeys(rule).hostKeyAlgorithms("ssh-ed25519-cert-v01@openssh.com");
      assertThat(outcome(options)).isEqualTo("accepted");
    }
    assertThat(outcome(Ssh.options(server).hostKeys(HostKeys.fingerprint(key("ca").fingerprint()))))
        .isEqualTo("MISMATCH");
  }

  @Test
  void checksACertificateBehindAJumpHost() throws Exception {
    try (var jump = OpenSshServer.start()) {
      ConnectionOptions.Builder options =
          Ssh.options(server)
              .knownHosts(write("@cert-authority * {ca}"))
              .jumpHost(Ssh.options(jump).build());
      assertThat(outcome(options)).isEqualTo("accepted");
      Path file = write("@cert-authority * {other}");
      HostKeyException refused = refused(options.knownHosts(file));
      PublicHostKey key = key("ed25519");
      assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN);
      assertThat(refused.command())
          .isEqualTo(
              "echo '%s' >> %s".formatted(key.knownHostsLine("127.0.0.1", server.port()), file));
    }
  }

  private static List<String> offered(HostKeys rule) throws IOException {
    try (SshConnection connection = Ssh.open(Ssh.options(server).hostKeys(rule))) {
      return connection.offeredAlgorithms().hostKeyAlgorithms();
    }
  }

  private static Path write(Path directory, String knownHosts) throws IOException {
    String text =
        Arrays.stream(knownHosts.split("; "))
            .map(line -> line.replace("NAME", "[127.0.0.1]:" + server.port()))
            .map(HostCertificatesTest::withKeys)
            .collect(Collectors.joining("\n", "", "\n"));
    return Files.writeString(directory.resolve("known_hosts"), text);
  }

  private Path write(String knownHosts) throws IOException {
    return write(temporary, knownHosts);
  }

  private static String withKeys(String line) {
    int brace = line.indexOf('{');
    PublicHostKey key = key(line.substring(brace + 1, line.indexOf('}')));
    return line.substring(0, brace) + key.type() + " " + key.base64();
  }

  private static PublicHostKey key(String name) {
    try {
      return PublicHostKey.parse(Files.readString(keys.resolve(name + ".pub")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the algorithms that make the server show its key of one type, or its certificate. */
  private static String[] algorithms(String type) {
    String plain =
        switch (type) {
          case "rsa" -> "rsa-sha2-512";
          case "ed25519" -> "ssh-ed25519";
          default -> type.replace("ecdsa", "ecdsa-sha2-nistp");
        };
    return new String[] {plain + "-cert-v01@openssh.com", plain};
  }

  private static String outcome(ConnectionOptions.Builder options) throws IOException {
    try (SshConnection connection = Ssh.open(options)) {
      assertThat(connection.serverKey().type()).doesNotContain("-cert-");
      return "accepted";
    } catch (HostKeyException e) {
      return e.reason().toString();
    }
  }

  private static HostKeyException refused(ConnectionOptions.Builder options) {
    return catchThrowableOfType(HostKeyException.class, () -> Ssh.open(options).close());
  }

  private static boolean sshAccepts(Path knownHosts, String type, String... more) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                "ssh", "-F", "none", "-p", String.valueOf(server.port()), "-s", "-oBatchMode=yes"));
    command.addAll(List.of(more));
    command.addAll(
        List.of(
            "-oStrictHostKeyChecking=yes",
            "-oUpdateHostKeys=no",
            "-oGlobalKnownHostsFile=none",
            "-oUserKnownHostsFile=" + knownHosts,
            "-oHostKeyAlgorithms=" + String.join(",", algorithms(type)),
            "-oIdentitiesOnly=yes",
            "-oIdentityAgent=none",
            "-i" + server.privateKey()));
    command.addAll(List.of("-l", server.username(), "127.0.0.1", "sftp"));
    Process ssh =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    String output = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = ssh.waitFor();
    assertThat(status).as(output).isIn(0, 255);
    if (status != 0) {
      assertThat(output).contains("Host key verification failed");
    }
    return status == 0;
  }
}
