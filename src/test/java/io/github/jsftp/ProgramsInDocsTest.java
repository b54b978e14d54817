package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the first program of a page, against a server, and compares what it prints. */
@LeakCheck
class ProgramsInDocsTest {
  private static final Pattern PROGRAM =
      Pattern.compile(
          "(?s)```java\n(package com\\.example;.*?class (\\w+).*?)```.*?```text\n(.*?)```");

  private static final Pattern VERSION = Pattern.compile("<version>(.*?)</version>");

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/getting-started.md"})
  void printsWhatThePageShows(String page, TestServer server, ServerFolder folder)
      throws IOException, InterruptedException {
    Matcher program = PROGRAM.matcher(Files.readString(Path.of(page)));
    assertThat(program.find()).isTrue();
    Path reports = Files.createDirectories(folder.local("reports/2025"));
    Files.writeString(reports.resolve("orders_20250603.csv"), "id,sum\n1,20\n");
    Files.writeString(reports.resolve("returns_20250603.csv"), "id\n1\n2\n3");
    Files.writeString(reports.resolve("orders_20250604.csv"), "id,sum\n");

    compile(program.group(2), atServer(program.group(1), server, folder));

    assertThat(run("com.example." + program.group(2))).isEqualTo(program.group(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/getting-started.md"})
  void namesTheVersionOfThePom(String page) throws IOException {
    Matcher pom = VERSION.matcher(Files.readString(Path.of("pom.xml")));
    assertThat(pom.find()).isTrue();
    String version = pom.group(1).replace("-SNAPSHOT", "");

    assertThat(Files.readString(Path.of(page)))
        .contains("<version>" + version + "</version>", "io.github.jsftp:jsftp:" + version + '"');
  }

  /** Puts a server that exists in the place of the one that a program names. */
  private static String atServer(String program, TestServer server, ServerFolder folder) {
    return program
        .replace("\"files.example.com\"", "\"" + server.host() + "\"")
        .replaceFirst("\\.port\\(\\d+\\)", ".port(" + server.port() + ")")
        .replaceFirst(
            "\\.username\\(\"me\"\\)",
            ".username(\"%s\").privateKey(Path.of(\"%s\")).knownHosts(Path.of(\"%s\")).defaultPath(\"%s\")"
                .formatted(
                    server.username(), server.privateKey(), server.knownHosts(), folder.path()));
  }

  private void compile(String name, String program) throws IOException {
    Path source = Files.writeString(dir.resolve(name + ".java"), program);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", dir.toString(), source.toString());
    assertThat(status).isZero();
  }

  /** Runs a program in the temporary directory. */
  private String run(String main) throws IOException, InterruptedException {
    Path output = dir.resolve("output");
    String classpath = dir + System.getProperty("path.separator") + absoluteClasspath();
    List<String> command = ChildJvm.java();
    command.addAll(List.of("-cp", classpath, main));
    var builder =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("SFTP_PASSWORD", "not asked for");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends unaided").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  private static String absoluteClasspath() {
    return String.join(
        System.getProperty("path.separator"),
        Pattern.compile(Pattern.quote(System.getProperty("path.separator")))
            .splitAsStream(System.getProperty("java.class.path"))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }
}
