package io.github.jsftp;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.ReservedPort;
import io.github.jsftp.testing.SilentPeer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code examples/doctor.sh} as a user does, against real servers and what is none. */
@LeakCheck
@Tag("long")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the example is a shell script")
class DoctorTest {
  private static final String OTHER_KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTuM9E7eHSZfUdVfbk0MRIbbB4w6cqzSj5FKFzdvYxC";

  private static OpenSshServer server;

  @TempDir Path dir;
  private Path knownHosts;
  private String before;

  private record Ended(int exitStatus, String output) {}

  @BeforeAll
  static void start() throws IOException {
    server = OpenSshServer.start("PasswordAuthentication yes");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void trustTheServer() throws IOException {
    knownHosts = Files.createDirectories(dir.resolve("home/.ssh")).resolve("known_hosts");
    before = Files.readString(server.knownHosts());
    Files.writeString(knownHosts, before);
  }

  @AfterEach
  void hasChangedNothing() throws IOException {
    assertThat(knownHosts).hasContent(before);
    try (var files = Files.walk(dir.resolve("home"))) {
      assertThat(files.filter(Files::isRegularFile)).containsExactly(knownHosts);
    }
    assertThat(server.home()).isEmptyDirectory();
  }

  @Test
  void passesEachStepOfAServerThatWorks() throws Exception {
    Ended ended = examine(server, Map.of("SFTP_KEY", server.privateKey().toString()));

    assertThat(ended.output().lines().map(line -> line.replaceFirst("^ *(.{14}).*", "$1").strip()))
        .containsSubsequence(
            "name", "tcp", "greeting", "key exchange", "host key", "login", "sftp");
    assertThat(ended.output())
        .contains("127.0.0.1 port " + server.port() + " is open", "SSH-2.0-OpenSSH_", "SHA256:")
        .contains(server.home() + " has 0 entries")
        .endsWith("Everything works.\n");
    assertThat(ended.exitStatus()).isZero();
  }

  @Test
  void printsTheLineForAnUnknownHostKey() throws Exception {
    before = "";
    Files.writeString(knownHosts, before);

    Ended ended = examine(server, Map.of("SFTP_KEY", server.privateKey().toString()));

    assertFailed(ended, "host key");
    assertThat(ended.output().lines().toList())
        .containsAnyElementsOf(Files.readAllLines(server.knownHosts()));
  }

  @Test
  void warnsOfAChangedHostKey() throws Exception {
    before = before.replaceAll(" \\S+ \\S+(?=\n)", " " + OTHER_KEY);
    Files.writeString(knownHosts, before);

    Ended ended = examine(server, Map.of("SFTP_KEY", server.privateKey().toString()));

    assertFailed(ended, "host key");
    assertThat(ended.output())
        .contains("key exchange  done", "What to do: do not connect until the server's owner")
        .contains("\nssh-keygen -R '[127.0.0.1]:" + server.port() + "' -f " + knownHosts + "\n")
        .doesNotContain(" login ");
    assertThat(ended.output().lines().toList())
        .last()
        .asString()
        .isIn(Files.readAllLines(server.knownHosts()));
  }

  @Test
  void suggestsWhatToCheckAfterAWrongPassword() throws Exception {
    Ended ended = examine(server, Map.of("SFTP_PASSWORD", "wrong-secret"));

    assertFailed(ended, "login");
    assertThat(ended.output())
        .contains("What to do: check the user name and the password; try a private key")
        .doesNotContain("wrong-secret");
  }

  @Test
  void findsAClosedPort() throws Exception {
    try (var closed = ReservedPort.any()) {
      Ended ended = run(Map.of(), "127.0.0.1:" + closed.port());

      assertFailed(ended, "tcp");
      assertThat(ended.output())
          .contains("What to do: check the port, and that the SSH server is running.");
    }
  }

  @Test
  void givesUpOnAServerThatSendsNothing() throws Exception {
    try (var peer = SilentPeer.mute()) {
      Ended ended = run(Map.of(), "-t", "1", "me@127.0.0.1:" + peer.port());

      assertFailed(ended, "greeting");
      assertThat(ended.output()).contains("the server sent nothing within 1 s");
    }
  }

  @Test
  void recognizesAWebServer() throws Exception {
    try (var peer = SilentPeer.http()) {
      Ended ended = run(Map.of(), "me@127.0.0.1:" + peer.port());

      assertFailed(ended, "greeting");
      assertThat(ended.output())
          .contains("a web server answers: \"HTTP/1.1 400 Bad Request\"")
          .contains("What to do: check the port");
    }
  }

  @Test
  void namesTheOptionForAServerWithOldAlgorithmsOnly() throws Exception {
    try (var old =
        OpenSshServer.start("KexAlgorithms diffie-hellman-group14-sha1", "Ciphers 3des-cbc")) {
      Ended ended = examine(old, Map.of("SFTP_KEY", old.privateKey().toString()));

      assertFailed(ended, "key exchange");
      assertThat(ended.output()).contains("; legacyAlgorithms(true) would work");
    }
  }

  @Test
  void findsAServerWithoutSftp() throws Exception {
    try (var bare = OpenSshServer.start("Subsystem other /bin/false")) {
      before = Files.readString(bare.knownHosts());
      Files.writeString(knownHosts, before);
      Ended ended = examine(bare, Map.of("SFTP_KEY", bare.privateKey().toString()));

      assertFailed(ended, "sftp");
      assertThat(ended.output())
          .contains("login         accepted", "Subsystem sftp in sshd_config");
    }
  }

  @Test
  void findsANameWithoutAnAddress() throws Exception {
    assertFailed(run(Map.of(), "me@no-such-host.invalid"), "name");
  }

  @Test
  void explainsItsArguments() throws Exception {
    Ended ended = run(Map.of());

    assertThat(ended.exitStatus()).isEqualTo(2);
    assertThat(ended.output()).startsWith("usage: doctor.sh ");
  }

  @Test
  void followsAnAliasOfSshConfig() throws Exception {
    Path config = Files.writeString(dir.resolve("home/.ssh/config"), host("files", server));
    Ended ended = run(Map.of(), "files");
    Files.delete(config);

    assertThat(ended.output()).endsWith("Everything works.\n");
  }

  @Test
  void examinesTheFirstOfTheJumpHosts() throws Exception {
    try (var jump = OpenSshServer.start()) {
      before = Files.readString(server.knownHosts()) + Files.readString(jump.knownHosts());
      Files.writeString(knownHosts, before);
      Path config =
          Files.writeString(
              dir.resolve("home/.ssh/config"), host("files", server) + host("way", jump));
      Files.writeString(config, "  ProxyJump none\nHost files\n  ProxyJump way\n", APPEND);
      Ended ended = run(Map.of(), "files");
      Files.delete(config);

      assertThat(ended.output())
          .contains("route         through ", "127.0.0.1 port " + jump.port() + " is open")
          .endsWith("Everything works.\n");
    }
  }

  @Test
  void addsNoHostKeyToAFile() throws Exception {
    before = "";
    Files.writeString(knownHosts, before);
    Path other = Files.writeString(dir.resolve("other_hosts"), "");
    try (var jump = OpenSshServer.start()) {
      String config =
          host("files", server) + host("way", jump) + "Host way\n  UserKnownHostsFile " + other;
      Path file = Files.writeString(dir.resolve("home/.ssh/config"), config);
      Files.writeString(file, "\nHost !way *\n  ProxyJump way\n", APPEND);
      Files.writeString(file, "Host *\n  StrictHostKeyChecking accept-new\n", APPEND);
      Ended ended = run(Map.of(), "files");
      Files.delete(file);

      assertThat(ended.output()).endsWith("Everything works.\n");
    }
    assertThat(other).isEmptyFile();
  }

  @Test
  void findsAChangedKeyWhereNewOnesAreAccepted() throws Exception {
    before = before.replaceAll(" \\S+ \\S+(?=\n)", " " + OTHER_KEY);
    Files.writeString(knownHosts, before);
    Path config =
        Files.writeString(
            dir.resolve("home/.ssh/config"),
            host("files", server) + "  StrictHostKeyChecking accept-new\n");
    Ended ended = run(Map.of(), "files");
    Files.delete(config);

    assertFailed(ended, "host key");
    assertThat(ended.output()).contains(" has changed (it is ");
  }

  @Test
  void readsFilesWhoseNamesContainCommas() throws Exception {
    String changed = before.replaceAll(" \\S+ \\S+(?=\n)", " " + OTHER_KEY);
    Path odd = Files.writeString(dir.resolve("a, b, c"), changed);
    Path config =
        Files.writeString(
            dir.resolve("home/.ssh/config"),
            host("files", server)
                + "  StrictHostKeyChecking accept-new\n  UserKnownHostsFile \""
                + odd
                + "\" "
                + dir.resolve("none")
                + "\n");
    Ended ended = run(Map.of(), "files");
    Files.delete(config);

    assertFailed(ended, "host key");
    assertThat(ended.output()).contains(" has changed (it is ", " in " + odd + ":");
  }

  private static String host(String alias, OpenSshServer server) {
    return """
        Host %s
          HostName %s
          Port %d
          User %s
          IdentityFile %s
        """
        .formatted(alias, server.host(), server.port(), server.username(), server.privateKey());
  }

  @Test
  void runsAsAScript() throws Exception {
    Ended ended = execute(List.of("bash", "examples/doctor.sh"), Map.of());

    assertThat(ended.output())
        .endsWith( // Maven, which the script runs first, may print colour codes
            "usage: doctor.sh [-t seconds] alias|[user@]host[:port]|sftp://user@host:port\n");
    assertThat(ended.exitStatus()).isEqualTo(2);
  }

  private static void assertFailed(Ended ended, String step) {
    assertThat(ended.output())
        .contains(String.format("  %-13s FAILED: ", step), "\nWhat to do: ")
        .doesNotContain("\tat ", "Everything works");
    assertThat(ended.exitStatus()).isEqualTo(1);
  }

  private Ended examine(OpenSshServer where, Map<String, String> environment) throws Exception {
    return run(environment, where.username() + "@" + where.host() + ":" + where.port());
  }

  private Ended run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> options = List.of("-Duser.home=" + dir.resolve("home"));
    return execute(ChildJvm.command(options, "Doctor", List.of(arguments)), environment);
  }

  private Ended execute(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    File output = dir.resolve("output").toFile();
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
    builder.environment().keySet().removeIf(name -> name.startsWith("SFTP_"));
    builder.environment().remove("SSH_AUTH_SOCK");
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("it ends unaided").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(
        process.exitValue(), Files.readString(output.toPath(), StandardCharsets.UTF_8));
  }
}
