package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@OnEachServer
class ExamplesTest {
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  @TempDir Path dir;
  private Path tree;

  private record Ended(int exitStatus, String output) {}

  @BeforeEach
  void makeATree() throws IOException {
    tree = Files.createDirectories(dir.resolve("tree/a/b")).resolve("../..").normalize();
    Files.writeString(tree.resolve("a/one.txt"), "one");
    Files.writeString(tree.resolve("a/b/SomeException.java"), "two");
  }

  @Test
  void quickstartCopiesThereAndBackOnAServerOfItsOwn() throws Exception {
    Ended ended = run(quickstart(), Map.of(), "");

    assertThat(ended.output()).contains("all 2 files are equal").doesNotContain("SLF4J");
    assertThat(ended.exitStatus()).isZero();
    assertThat(dir.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void quickstartCopiesThereAndBackOnTheServerInTheEnvironment(TestServer server) throws Exception {
    Ended ended = run(quickstart(), environment(server), "");

    assertThat(ended.output()).contains("all 2 files are equal");
    assertThat(ended.exitStatus()).isZero();
    assertThat(server.home())
        .isDirectoryNotContaining(
            entry -> entry.getFileName().toString().startsWith("jsftp-quickstart-"));
  }

  @Test
  @Tag("long-on-mina")
  void pollInboxTakesEachFileOnce(TestServer server, ServerFolder folder) throws Exception {
    Files.writeString(folder.local("a.csv"), "content");
    Path target = dir.resolve("taken");
    List<String> command =
        List.of(
            JAVA.toString(),
            "-Duser.home=" + dir.resolve("home"),
            "-classpath",
            System.getProperty("java.class.path"),
            "PollInbox",
            folder.path(),
            "*.csv",
            target.toString(),
            "0");

    Map<String, String> environment = new HashMap<>(environment(server));
    environment.put("XDG_STATE_HOME", dir.resolve("state").toString());

    Ended ended = run(command, environment, "");

    assertThat(dir.resolve("state/jsftp"))
        .isDirectoryContaining(file -> file.toString().endsWith(".inbox"));
    assertThat(ended.output())
        .contains("rename a.csv -> " + folder.path("done/"), "1 handled, 0 failed, 0 waiting");
    assertThat(ended.exitStatus()).isZero();
    assertThat(target.resolve("a.csv")).hasContent("content");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the example is a shell script")
  @Tag("long-on-openssh")
  void jshellConnectsAndShowsFailuresOnOneLine(TestServer server, ServerFolder folder)
      throws Exception {
    Files.writeString(folder.local().resolve("hello.txt"), "hello");
    String snippets =
        """
        var options = ConnectionOptions.builder("%s").port(%d).username("%s")
        options.privateKey(Path.of("%s")).knownHosts(Path.of("%s")).defaultPath("%s")
        var sftp = Connection.connect(options.build())
        sftp.listdir()
        sftp.stat("missing")
        /exit
        """
            .formatted(
                server.host(),
                server.port(),
                server.username(),
                server.privateKey(),
                server.knownHosts(),
                folder.path());

    Ended ended = run(List.of("bash", "examples/jshell.sh"), Map.of(), snippets);

    assertThat(ended.output()).contains("[hello.txt]");
    assertThat(ended.output().lines())
        .filteredOn(line -> line.contains("Exception"))
        .singleElement()
        .asString()
        .contains("NoSuchPathException: stat " + folder.path() + "/missing: no such file");
    assertThat(ended.output()).doesNotContain("at io.github.jsftp", "at (#");
  }

  /** The environment for a server, whose key is made known in the home directory. */
  private Map<String, String> environment(TestServer server) throws IOException {
    Path known = Files.createDirectories(dir.resolve("home/.ssh")).resolve("known_hosts");
    Files.copy(server.knownHosts(), known);
    return Map.of(
        "SFTP_HOST", server.host(),
        "SFTP_PORT", String.valueOf(server.port()),
        "SFTP_USER", server.username(),
        "SFTP_KEY", server.privateKey().toString());
  }

  private List<String> quickstart() throws IOException {
    Path scratch = Files.createDirectory(dir.resolve("scratch"));
    return List.of(
        JAVA.toString(),
        "-XX:TieredStopAtLevel=1",
        "-Djava.io.tmpdir=" + scratch,
        "-Duser.home=" + dir.resolve("home"),
        "-classpath",
        System.getProperty("java.class.path"),
        "Quickstart",
        tree.toString());
  }

  private Ended run(List<String> command, Map<String, String> environment, String input)
      throws IOException, InterruptedException {
    File output = dir.resolve("output").toFile();
    File stdin = Files.writeString(dir.resolve("input"), input).toFile();
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output)
            .redirectInput(stdin);
    builder.environment().keySet().removeIf(name -> name.startsWith("SFTP_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends unaided").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(
        process.exitValue(), Files.readString(output.toPath(), StandardCharsets.UTF_8));
  }
}
