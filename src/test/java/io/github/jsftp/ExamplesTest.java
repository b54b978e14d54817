package io.github.jsftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.SftpServer;
import io.github.jsftp.testing.TestSftpServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples as their users do, in processes of their own, on the embedded server. */
class ExamplesTest {
  private static final Pattern DEPENDENCY =
      Pattern.compile("(?m)^//DEPS ([^:\\s]+):([^:\\s]+):([^:\\s]+)(?::testing)?$");

  private static final Pattern PROMPT = Pattern.compile("jshell> ");

  @SftpServer private static TestSftpServer server;
  private static Path root;
  private static ConnectionOptions options;
  private static String knownHost;

  @TempDir Path dir;
  private Path home;

  private record Ended(int exitStatus, String output, String errors) {}

  @BeforeAll
  static void noteTheServer() throws IOException {
    root = server.root();
    options = server.options();
    knownHost = Files.readString(server.knownHosts());
  }

  @BeforeEach
  void trustTheServer() throws IOException {
    home = dir.resolve("home");
    Files.writeString(
        Files.createDirectories(home.resolve(".ssh")).resolve("known_hosts"), knownHost);
  }

  @Test
  void checkSftpFilesListsAndDownloadsThoseOfADate() throws Exception {
    Path partner = Files.createDirectories(root.resolve("output/A[B] C"));
    Files.createDirectories(partner.resolve("of_20250603"));
    Files.writeString(partner.resolve("orders_20250603.csv"), "first");
    Files.writeString(partner.resolve("orders_20250603_2.csv"), "second");
    Files.writeString(partner.resolve("orders_20250604.csv"), "of the next day");
    Map<String, String> environment = environment();
    environment.put("SFTP_PASSWD", environment.remove("SFTP_PASSWORD"));

    Path target = dir.resolve("downloads");

    Ended ended =
        run(
            "CheckSftpFiles",
            environment,
            "A[B] C",
            "--date=2025-06-03",
            "--get",
            "--dir",
            target.toString());

    assertThat(ended.errors()).isEmpty();
    assertThat(ended.exitStatus()).isZero();
    assertThat(ended.output().lines()).hasSize(3).last().isEqualTo("2 downloaded");
    assertThat(ended.output().lines().limit(2))
        .allMatch(line -> line.startsWith("-rw") && line.contains("orders_20250603"));
    assertThat(target.resolve("orders_20250603.csv")).hasContent("first");
    assertThat(target.resolve("orders_20250603_2.csv")).hasContent("second");
    assertThat(target).isDirectoryNotContaining("glob:**20250604*");

    Path inTheWay = Files.writeString(dir.resolve("file"), "");
    Ended refused =
        run(
            "CheckSftpFiles",
            environment,
            "A[B] C",
            "--date=20250603",
            "--get",
            "--dir=" + inTheWay);
    assertThat(refused.exitStatus()).isEqualTo(3);
    assertThat(refused.errors())
        .isEqualTo("CheckSftpFiles: " + inTheWay + ": not a local directory\n");
  }

  @Test
  void checkSftpFilesTellsNoFilesFromFailures() throws Exception {
    Files.createDirectories(root.resolve("output/QUIET"));

    Ended none = run("CheckSftpFiles", environment(), "QUIET", "--date", "20250603");
    assertThat(none).isEqualTo(new Ended(1, "", "no files of 2025-06-03 in /output/QUIET\n"));

    Ended unknown = run("CheckSftpFiles", environment(), "NOBODY");
    assertThat(unknown.exitStatus()).isEqualTo(3);
    assertThat(unknown.errors())
        .startsWith("CheckSftpFiles: cd /output/NOBODY: no such file")
        .hasLineCount(1);
  }

  @Test
  @Tag("long")
  void checkSftpFilesRefusesWrongValues() throws Exception {
    Ended noDate = run("CheckSftpFiles", Map.of(), "ACME", "--date", "2025-02-30");
    assertThat(noDate.exitStatus()).isEqualTo(2);
    assertThat(noDate.errors())
        .startsWith(
            "Invalid value for option '--date': not a date such as 2025-06-03 or 20250603:"
                + " 2025-02-30\nUsage: CheckSftpFiles [-hV]");

    Map<String, String> environment = environment();
    environment.put("SFTP_PORT", "ssh");
    Ended badPort = run("CheckSftpFiles", environment, "ACME");
    assertThat(badPort.exitStatus()).isEqualTo(2);
    assertThat(badPort.errors()).startsWith("SFTP_PORT").doesNotContain("\tat ");
  }

  @Test
  @Timeout(300)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "ends processes without their hooks")
  void checkSftpFilesLeavesNoTemporaryFilesIfItIsEnded() throws Exception {
    Path partner = Files.createDirectories(root.resolve("output/HUGE"));
    try (var file = new RandomAccessFile(partner.resolve("a_20250603.bin").toFile(), "rw")) {
      file.setLength(1L << 33); // more than is copied in this test
    }
    Path target = Files.createDirectory(dir.resolve("downloads"));

    Process process =
        start(
            "CheckSftpFiles", environment(), "HUGE", "--date=20250603", "--get", "--dir=" + target);
    Eventually.until("a temporary file", () -> target.toFile().list().length > 0);
    process.toHandle().destroy(); // its output stays open

    assertThat(end(process).exitStatus()).isEqualTo(128 + 15);
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void nightlyMirrorPrintsWhatHasChanged() throws Exception {
    Path site = Files.createDirectories(root.resolve("site/css"));
    Files.writeString(root.resolve("site/index.html"), "new");
    Files.writeString(site.resolve("main.css"), "same");
    Path local = Files.createDirectories(dir.resolve("mirror"));
    Files.writeString(local.resolve("gone.html"), "old");

    Ended planned = run("NightlyMirror", environment(), "--dry-run", "/site", local.toString());
    assertThat(planned.errors()).isEmpty();
    assertThat(planned.output())
        .containsOnlyOnce("index.html")
        .containsOnlyOnce("gone.html")
        .contains("2 copied, 1 deleted, 0 unchanged if it were not");
    assertThat(local).isDirectoryNotContaining("glob:**index.html");

    Ended first = run("NightlyMirror", environment(), "/site", local.toString());
    assertThat(first.errors()).isEmpty();
    assertThat(first.output().lines())
        .hasSize(5)
        .last()
        .isEqualTo("2 copied, 1 deleted, 0 unchanged");
    assertThat(local.resolve("css/main.css")).hasContent("same");
    assertThat(local.resolve("gone.html")).doesNotExist();

    Ended second = run("NightlyMirror", environment(), "/site", local.toString());
    assertThat(second).isEqualTo(new Ended(0, "0 copied, 0 deleted, 2 unchanged\n", ""));
  }

  @Test
  void inboxJobTakesEachFileOnce() throws Exception {
    Path inbox = Files.createDirectories(root.resolve("inbox"));
    Files.writeString(inbox.resolve("a.csv"), "content");
    Path target = dir.resolve("taken");
    Map<String, String> environment = environment();
    environment.put("XDG_STATE_HOME", dir.resolve("state").toString());

    Ended first = run("InboxJob", environment, "/inbox", "*.csv", target.toString(), "0");

    assertThat(first.errors()).isEmpty();
    assertThat(first.output())
        .contains("rename a.csv -> /inbox/done/", "1 handled, 0 failed, 0 waiting");
    assertThat(first.exitStatus()).isZero();
    assertThat(target.resolve("a.csv")).hasContent("content");
    assertThat(dir.resolve("state/jsftp")).isDirectoryContaining("glob:**.inbox");

    String file = target.resolve("a.csv").toString();
    assertThat(run("InboxJob", environment, "/inbox", "*.csv", file, "0"))
        .isEqualTo(new Ended(2, "", "InboxJob: not a directory: " + file + "\n"));
  }

  @Test
  void streamCsvAddsUpAColumnOfACompressedFile() throws Exception {
    try (var out = new GZIPOutputStream(Files.newOutputStream(root.resolve("orders.csv.gz")))) {
      out.write("id,amount\n1,10.50\n2,0.25\n".getBytes(UTF_8));
    }
    assertThat(run("StreamCsv", environment(), "orders.csv.gz", "amount"))
        .isEqualTo(new Ended(0, "orders.csv.gz: 2 rows, amount 10.75\n", ""));
  }

  @Test
  @Tag("long")
  void streamCsvNamesAMissingFile() throws Exception {
    Ended failed = run("StreamCsv", environment(), "missing.csv", "amount");
    assertThat(failed.exitStatus()).isEqualTo(1);
    assertThat(failed.errors())
        .startsWith("StreamCsv: newInputStream /missing.csv: no such file")
        .hasLineCount(1);
  }

  @Test
  void zipDownloadSendsAFolder() throws Exception {
    Path folder = Files.createDirectories(root.resolve("reports/2025"));
    Files.writeString(folder.resolve("june.txt"), "content");
    Files.setLastModifiedTime(
        folder.resolve("june.txt"), FileTime.from(Instant.parse("2025-06-03T12:00:00Z")));
    Process process = start("ZipDownload", environment(), "/reports", "0");
    try (var output = process.inputReader(UTF_8)) {
      String address = output.readLine();
      assertThat(address).startsWith("http://localhost:").endsWith("/folder.zip");
      HttpResponse<java.io.InputStream> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address)).build(),
                  HttpResponse.BodyHandlers.ofInputStream());
      assertThat(response.statusCode()).isEqualTo(200);
      try (var zip = new ZipInputStream(response.body())) {
        ZipEntry entry = zip.getNextEntry();
        assertThat(entry.getName()).isEqualTo("2025/june.txt");
        assertThat(entry.getTime()).isEqualTo(Instant.parse("2025-06-03T12:00:00Z").toEpochMilli());
        assertThat(zip.readAllBytes()).isEqualTo("content".getBytes(UTF_8));
        assertThat(zip.getNextEntry()).isNull();
      }
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void quickstartCopiesThereAndBackOnAServerOfItsOwn() throws Exception {
    Path tree = Files.createDirectories(dir.resolve("tree/a/b"));
    Files.writeString(tree.resolve("one.txt"), "one");
    Files.writeString(tree.resolve("SomeException.java"), "two");

    Ended ended = run("Quickstart", Map.of(), dir.resolve("tree").toString());

    assertThat(ended.output()).contains("all 2 files are equal");
    assertThat(ended.errors()).doesNotContain("SLF4J");
    assertThat(ended.exitStatus()).isZero();
    assertThat(dir.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  @Tag("long")
  void programsShowTheirUsage() throws Exception {
    for (String program : List.of("NightlyMirror", "InboxJob", "StreamCsv", "ZipDownload")) {
      Ended ended = run(program, Map.of());
      assertThat(ended.exitStatus()).isEqualTo(2);
      assertThat(ended.errors()).startsWith("usage: " + program);
    }
  }

  @Test
  @Tag("long")
  void programsTellWrongValuesFromFailures() throws Exception {
    Map<String, String> environment = environment();
    environment.put("SFTP_PORT", "ssh");
    for (List<String> command :
        List.of(
            List.of("InboxJob", "/", "*", "in", "0"),
            List.of("NightlyMirror", "/", "in"),
            List.of("Quickstart", dir.toString()),
            List.of("StreamCsv", "orders.csv", "amount"),
            List.of("ZipDownload", "/", "0"))) {
      String program = command.get(0);
      String[] arguments = command.subList(1, command.size()).toArray(String[]::new);
      Ended wrong = run(program, environment, arguments);
      assertThat(wrong.exitStatus()).as(program).isEqualTo(2);
      assertThat(wrong.errors())
          .isEqualTo(program + ": SFTP_PORT must be a number from 1 to 65535, not \"ssh\"\n");
    }
    environment.put("SFTP_PORT", "1");
    Ended failed = run("StreamCsv", environment, "orders.csv", "amount");
    assertThat(failed.exitStatus()).isEqualTo(1);
    assertThat(failed.errors())
        .startsWith("StreamCsv: connect: connection refused")
        .hasLineCount(1);
    assertThat(run("Quickstart", Map.of(), "nowhere").errors())
        .isEqualTo("Quickstart: no such folder: nowhere\n");
  }

  @Test
  @Tag("long")
  void nightlyMirrorRefusesAnEmptyPathWhichWouldBeTheWorkingDirectory() throws Exception {
    Ended ended = run("NightlyMirror", environment(), "--dry-run", "/", "");
    assertThat(ended.exitStatus()).isEqualTo(2);
    assertThat(ended.errors()).startsWith("usage: NightlyMirror");
  }

  @Test
  void headersForJbangNameTheVersionsThatAreTested() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    var programs = new ArrayList<String>();
    try (Stream<Path> files = Files.list(Path.of("examples"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String source = file.toString().endsWith(".java") ? Files.readString(file) : "";
        if (source.contains("void main(")) {
          programs.add(file.getFileName().toString());
          assertThat(source)
              .startsWith(
                  "///usr/bin/env jbang \"$0\" \"$@\" ; exit $?\n//DEPS io.github.jsftp:jsftp:")
              .contains("\n//JAVA 17\n");
        }
        DEPENDENCY
            .matcher(source)
            .results()
            .forEach(
                dependency ->
                    assertThat(pom.replaceAll("\\s*\n\\s*", ""))
                        .as(file.toString())
                        .contains(
                            "<artifactId>"
                                + dependency.group(2)
                                + "</artifactId><version>"
                                + dependency.group(3)
                                + "<"));
      }
    }
    assertThat(programs).hasSizeGreaterThan(6);
  }

  /**
   * JShell of Java 25 may repeat the beginning of a snippet, read before its terminal is set up.
   */
  private static String withoutEcho(String printed, String typed) {
    int end = 0;
    while (end < Math.min(printed.length(), typed.length())
        && printed.charAt(end) == typed.charAt(end)) {
      end++;
    }
    return printed.substring(end).strip();
  }

  /**
   * Three dots in the page stand for any text. There is no directory for the archive of classes.
   */
  @Test
  @Timeout(300)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the example is a shell script")
  void theSessionInJshellIsAsDocumented() throws Exception {
    Files.createDirectories(root.resolve("home/me/orders"));
    Files.writeString(root.resolve("home/me/readme.txt"), "back at noon\n");
    for (String name : List.of("a_20250603.csv", "b_20250604.csv")) {
      Files.writeString(root.resolve("home/me/orders").resolve(name), "content\n");
    }
    List<String[]> steps =
        PROMPT
            .splitAsStream(sessions(Files.readString(Path.of("docs/jshell.md"))))
            .skip(1)
            .map(step -> step.split("\n", 2))
            .toList();
    String connect = steps.get(0)[0];
    assertThat(connect)
        .isEqualTo("var sftp = Connection.connect(\"files.example.com\", \"me\", \"secret\")");
    Path snippets =
        Files.writeString(
            dir.resolve("snippets"),
            steps.stream()
                .map(step -> step[0] + "\n")
                .collect(joining())
                .replace(connect, connect()));
    Path script = Path.of("examples/jshell.sh").toAbsolutePath();
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", "/dev/null");

    Ended ended =
        end(
            process(
                    List.of(
                        "bash",
                        script.toString(),
                        jshellSettings(),
                        "-J-XX:+UseSerialGC",
                        "-R-XX:+UseSerialGC",
                        "-R-XX:TieredStopAtLevel=1"),
                    environment)
                .directory(dir.toFile())
                .redirectInput(snippets.toFile())
                .start());

    assertThat(ended.errors()).isEmpty();
    String address = options.host() + ":" + options.port();
    var differences = new ArrayList<String>();
    List<String> printed =
        PROMPT
            .splitAsStream(ended.output())
            .skip(1)
            .map(text -> text.replaceAll("[\\x00-\\x08]", "").strip())
            .toList();
    assertThat(printed).hasSameSizeAs(steps);
    for (int i = 0; i < steps.size(); i++) {
      String documented = steps.get(i)[1].strip().replace("files.example.com:22", address);
      String typed = steps.get(i)[0].replace(connect, connect());
      String answer = printed.get(i);
      if (!answer.matches(pattern(documented))
          && !withoutEcho(answer, typed).matches(pattern(documented))) {
        differences.add(typed + "\n" + answer);
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  @Timeout(300)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the example is a shell script")
  @Tag("long")
  void theFirstSessionInJshellStoresItsClassesAndALaterOneReplacesADamagedFile() throws Exception {
    startAndEndJshell();
    Path archive = onlyArchive();
    long size = Files.size(archive);
    try (var channel = FileChannel.open(archive, StandardOpenOption.WRITE)) {
      channel.truncate(size / 2);
    }

    startAndEndJshell();

    assertThat(Files.size(onlyArchive())).isGreaterThan(size * 3 / 4);
  }

  /** Two sessions of a script in place of jshell, which writes an archive of its own. */
  @Test
  @Timeout(300)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the example is a shell script")
  @Tag("long")
  void onlyOneOfSeveralFirstSessionsInJshellStoresItsClasses() throws Exception {
    Path jdk = dir.resolve("jdk");
    Path jshell = Files.createDirectories(jdk.resolve("bin")).resolve("jshell");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=17\n");
    Files.writeString(
        jshell,
        """
        #!/usr/bin/env bash
        for argument; do
          archive=${argument#-J-XX:ArchiveClassesAtExit=}
          [[ $archive == "$argument" ]] || echo "$$" >"$archive"
        done
        echo started
        cat
        """);
    assertThat(jshell.toFile().setExecutable(true)).isTrue();
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME",
            "",
            "PATH",
            jshell.getParent() + ":" + System.getenv("PATH"),
            "XDG_CACHE_HOME",
            dir.resolve("cache").toString());
    var sessions = new ArrayList<Process>();
    for (int i = 0; i < 2; i++) {
      Process session = process(List.of("bash", "examples/jshell.sh"), environment).start();
      sessions.add(session);
      assertThat(session.inputReader(UTF_8).readLine()).isEqualTo("started");
    }
    for (Process session : sessions) {
      assertThat(end(session).exitStatus()).isZero();
    }
    onlyArchive();
  }

  private Path onlyArchive() throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve("cache/jsftp"))) {
      List<Path> archives = files.toList();
      assertThat(archives).singleElement().asString().endsWith(".jsa");
      return archives.get(0);
    }
  }

  private void startAndEndJshell() throws Exception {
    Path snippets = Files.writeString(dir.resolve("snippets"), "/exit\n");
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", dir.resolve("cache").toString());
    Ended ended =
        end(
            process(List.of("bash", "examples/jshell.sh", jshellSettings()), environment)
                .redirectInput(snippets.toFile())
                .start());

    assertThat(ended.errors()).isEmpty();
    assertThat(ended.exitStatus()).isZero();
  }

  /** Returns the option for a directory of JShell's settings, which JShell reports if it is new. */
  private String jshellSettings() throws IOException {
    Files.createDirectories(dir.resolve(".java/.userPrefs"));
    return "-J-Djava.util.prefs.userRoot=" + dir;
  }

  private String connect() {
    return "var sftp = Connection.connect(ConnectionOptions.builder(\"%s\").port(%d).username(\"%s\").password(\"%s\").knownHosts(Path.of(\"%s\")).defaultPath(\"/home/me\").build())"
        .formatted(
            options.host(),
            options.port(),
            options.username(),
            options.password().orElseThrow(),
            home.resolve(".ssh/known_hosts"));
  }

  private static String pattern(String documented) {
    return Stream.of(documented.split("\\.\\.\\.", -1)).map(Pattern::quote).collect(joining(".*"));
  }

  /** Returns the blocks of a page that show a session. */
  private static String sessions(String page) {
    return Pattern.compile("```text\n(jshell> .*?)```", Pattern.DOTALL)
        .matcher(page)
        .results()
        .map(block -> block.group(1))
        .collect(joining());
  }

  private static Map<String, String> environment() {
    return new HashMap<>(
        Map.of(
            "SFTP_HOST", options.host(),
            "SFTP_PORT", String.valueOf(options.port()),
            "SFTP_USER", options.username(),
            "SFTP_PASSWORD", options.password().orElseThrow()));
  }

  private Ended run(String program, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return end(start(program, environment, arguments));
  }

  private Process start(String program, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> options =
        List.of(
            "-Djava.io.tmpdir=" + Files.createDirectories(dir.resolve("tmp")),
            "-Duser.home=" + home);
    return process(ChildJvm.command(options, program, List.of(arguments)), environment).start();
  }

  private ProcessBuilder process(List<String> command, Map<String, String> environment) {
    var builder = new ProcessBuilder(command).redirectError(dir.resolve("errors").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SFTP_"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** Returns what a process printed, with the line separator of Unix. */
  private Ended end(Process process) throws IOException, InterruptedException {
    try {
      process.getOutputStream().close();
      String output =
          process.inputReader(UTF_8).lines().map(line -> line + "\n").collect(joining());
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("it ends unaided").isTrue();
      try (Stream<String> errors = Files.lines(dir.resolve("errors"))) {
        return new Ended(
            process.exitValue(), output, errors.map(line -> line + "\n").collect(joining()));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      process.destroyForcibly();
    }
  }
}
