package io.github.jsftp.internal.options.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.SshAgent;
import io.github.jsftp.testing.Users;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections to a real sshd whose address, user and keys are in a configuration file. */
@Timeout(300)
@LeakCheck
class ConnectByAliasTest {
  private static OpenSshServer server;

  @TempDir private Path home;
  private final String homeBefore = System.getProperty("user.home");
  private Path file;

  @BeforeAll
  static void startServer() throws IOException {
    server = OpenSshServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void createHome() throws IOException {
    System.setProperty("user.home", home.toString());
    Files.createDirectory(home.resolve(".ssh"));
    Files.copy(server.privateKey(), home.resolve(".ssh/id_work"));
    file = home.resolve(".ssh/config");
  }

  @AfterEach
  void restoreHome() {
    System.setProperty("user.home", homeBefore);
  }

  @Test
  void findsAllInTheUsersFile() throws IOException {
    write();
    Files.copy(server.knownHosts(), home.resolve(".ssh/known_hosts"));
    try (Connection sftp = Connection.connect("files")) {
      assertThat(sftp.pwd()).isEqualTo(server.home().toString());
    }
    try (Connection sftp = Connection.connect("sftp://files/tmp")) {
      assertThat(sftp.pwd()).isEqualTo("/tmp");
    }
    assertThatThrownBy(() -> Connection.connect("nobody-" + System.nanoTime() + "@files"))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void readsTheGivenFileOnly() throws IOException {
    write();
    Path other = home.resolve("other");
    Files.move(file, other);
    assertThat(ConnectionOptions.fromSshConfig("files").host()).isEqualTo("files");
    ConnectionOptions options = ConnectionOptions.fromSshConfig("files", Path.of("~/other"));
    assertThat(options.host()).isEqualTo("127.0.0.1");
    assertThatThrownBy(() -> Connection.connect(options)).isInstanceOf(HostKeyException.class);
    Connection.connect(options.toBuilder().knownHosts(server.knownHosts()).build()).close();
  }

  @Test
  void acceptsThrowAwayHostsAsSshDoes() throws IOException {
    write("StrictHostKeyChecking no", "UserKnownHostsFile /dev/null");
    Connection.connect("files").close();
    write("StrictHostKeyChecking off", "UserKnownHostsFile none", "GlobalKnownHostsFile none");
    Connection.connect("files").close();
    assertThat(Path.of("none")).doesNotExist();
  }

  @Test
  void leavesOutTheAlgorithmsThatOnlySshHas() throws IOException {
    write(
        "UserKnownHostsFile " + server.knownHosts(),
        "Match final all",
        "Ciphers " + all("cipher"),
        "MACs " + all("mac"),
        "KexAlgorithms " + all("kex"),
        "HostKeyAlgorithms " + all("HostKeyAlgorithms"),
        "PubkeyAcceptedAlgorithms " + all("PubkeyAcceptedAlgorithms"),
        "CASignatureAlgorithms " + all("sig"),
        "GSSAPIKexAlgorithms gss-curve25519-sha256-",
        "RequiredRSASize 2048");
    Connection.connect("files").close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Ciphers +aes512|ciphers: unknown algorithm \"aes512\"; known are aes128-gcm@openssh.com,",
        "MACs umac-64@openssh.com|macs: umac-64@openssh.com is not supported",
        "KexAlgorithms -*|kexalgorithms: no algorithm is left",
        "HostKeyAlgorithms ssh-none|hostkeyalgorithms: unknown algorithm \"ssh-none\"; known are",
        "PubkeyAcceptedAlgorithms a,b|pubkeyacceptedalgorithms: unknown algorithm \"a\"; known are",
        "PubkeyAcceptedKeyTypes -*|pubkeyacceptedalgorithms: no algorithm is left",
      })
  void namesTheLineOfAlgorithmsThatCannotBeUsed(String line, String problem) throws IOException {
    write(line);
    assertThatThrownBy(() -> Connection.connect("files"))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ":7: " + problem);
  }

  @Test
  void blamesTheProgramForItsOwnAlgorithms() throws IOException {
    write("Ciphers +aes512");
    ConnectionOptions options =
        ConnectionOptions.fromSshConfig("files").toBuilder().ciphers("aes512").build();
    assertThatThrownBy(() -> Connection.connect(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("ciphers: unknown algorithm \"aes512\"");
  }

  private static String all(String query) throws IOException {
    return String.join(",", Users.run("ssh", "-Q", query).lines().toList());
  }

  @Test
  void leadsThroughTheJumpHostOfTheFile() throws IOException {
    write("UserKnownHostsFile " + server.knownHosts(), "ProxyJump gw");
    try (OpenSshServer gateway = startGateway();
        Connection sftp = Connection.connect("files")) {
      assertThat(sftp.pwd()).isEqualTo(server.home().toString());
      Eventually.until("one session", () -> gateway.openSessions() == 1);
    }
  }

  @Test
  void runsAProxyCommandOnlyIfItIsAllowed() throws IOException {
    write(
        "UserKnownHostsFile " + server.knownHosts(),
        "ProxyCommand ssh -F " + file + " -W %h:%p gw");
    try (OpenSshServer gateway = startGateway()) {
      ConnectionOptions options = ConnectionOptions.fromSshConfig("files");
      assertThatThrownBy(() -> Connection.connect(options))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("is not run; allow it with allowProxyCommand(true)");
      ConnectionOptions allowed = options.toBuilder().allowProxyCommand(true).build();
      try (Connection sftp = Connection.connect(allowed)) {
        assertThat(sftp.pwd()).isEqualTo(server.home().toString());
        Eventually.until("one session", () -> gateway.openSessions() == 1);
      }
    }
  }

  @Test
  void selectsAKeyOfTheAgentByItsPublicHalf() throws IOException {
    Path key = home.resolve(".ssh/id_work");
    try (SshAgent agent = SshAgent.start(home)) {
      agent.add(key);
      Files.writeString(home.resolve(".ssh/id_work.pub"), agent.list());
      Files.delete(key);
      write(
          "UserKnownHostsFile " + server.knownHosts(),
          "IdentitiesOnly yes",
          "IdentityAgent ~/agent.sock");
      Connection.connect("files").close();
      Files.delete(home.resolve(".ssh/id_work.pub"));
      assertThatThrownBy(() -> Connection.connect("files"))
          .isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void skipsAMalformedKeyAsSshDoes() throws Exception {
    Path malformed = home.resolve(".ssh/malformed");
    Files.writeString(malformed, "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n");
    Files.setPosixFilePermissions(malformed, PosixFilePermissions.fromString("rw-------"));
    Files.move(home.resolve(".ssh/id_work"), home.resolve(".ssh/right"));
    String knownHosts = "UserKnownHostsFile " + server.knownHosts();
    write(knownHosts, "IdentityFile " + malformed, "IdentityFile " + home + "/.ssh/right");
    Path log = home.resolve("log");
    Connection.connect(ConnectionOptions.fromSshConfig("files").toBuilder().log(log).build())
        .close();
    assertThat(log)
        .content()
        .contains("WARNING ", " private key " + malformed + " is damaged or cut off\n");
    assertThat(runSsh()).isZero();

    write(knownHosts, "IdentityFile " + malformed);
    assertThatThrownBy(() -> Connection.connect("files"))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("; private key " + malformed + " is damaged or cut off");
    assertThat(runSsh()).isEqualTo(255);
  }

  /** Returns the exit status of ssh, which starts SFTP and ends it at once. */
  private int runSsh() throws Exception {
    return new ProcessBuilder(
            "ssh",
            "-F",
            file.toString(),
            "-oBatchMode=yes",
            "-oIdentityAgent=none",
            "-s",
            "files",
            "sftp")
        .redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void triesTheDefaultKeysOnlyIfTheFileNamesNone() throws IOException {
    write("UserKnownHostsFile " + server.knownHosts(), "IdentityAgent none");
    Files.move(home.resolve(".ssh/id_work"), home.resolve(".ssh/id_ecdsa"));
    assertThatThrownBy(() -> Connection.connect("files"))
        .isInstanceOf(AuthenticationException.class);
    Files.write(
        file,
        Files.readAllLines(file).stream().filter(line -> !line.contains("IdentityFile")).toList());
    Connection.connect("files").close();
    ConnectionOptions options = ConnectionOptions.fromSshConfig("files");
    Connection.connect(options.toBuilder().password("not needed").build()).close();
  }

  private OpenSshServer startGateway() throws IOException {
    OpenSshServer gateway = OpenSshServer.start();
    Files.write(
        file,
        List.of(
            "Host gw",
            "HostName 127.0.0.1",
            "Port " + gateway.port(),
            "User " + gateway.username(),
            "IdentityFile " + gateway.privateKey(),
            "UserKnownHostsFile " + gateway.knownHosts()),
        StandardOpenOption.APPEND);
    return gateway;
  }

  @Test
  void describesWhereValuesComeFrom() throws IOException {
    write("Compression yes", "Newest %h");
    ConnectionOptions options = ConnectionOptions.fromSshConfig("me@files", file);
    assertThat(options.describe())
        .containsExactly(
            "HostName 127.0.0.1  # " + file + ":2",
            "Port " + server.port() + "  # " + file + ":3",
            "IdentityFile ~/.ssh/missing  # " + file + ":5",
            "IdentityFile ~/.ssh/id_work  # " + file + ":6",
            "Compression yes  # " + file + ":7");
    assertThat(ConnectionOptions.builder("host").build().describe()).isEmpty();
  }

  @Test
  void valuesThatAreSetAfterwardsWin() throws IOException {
    write("ConnectTimeout 7", "Compression yes", "ServerAliveInterval 1m");
    ConnectionOptions options = ConnectionOptions.fromSshConfig("files", file);
    assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(options.keepAlive()).isEqualTo(Duration.ofMinutes(1));
    assertThat(options.compression()).isTrue();
    ConnectionOptions changed =
        options.toBuilder().port(1).username("x").compression(false).build();
    assertThat(changed).hasToString("x@127.0.0.1:1");
    assertThat(changed.compression()).isFalse();
  }

  private void write(String... more) throws IOException {
    Files.write(
        file,
        List.of(
            "Host files",
            "  HostName 127.0.0.1",
            "  Port " + server.port(),
            "  User " + server.username(),
            "  IdentityFile ~/.ssh/missing",
            "  IdentityFile ~/.ssh/id_work",
            String.join("\n", more)));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
