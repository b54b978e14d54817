package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/testing.md says, with no more on the class path than it says. */
class TestingPageTest {
  private static final Path PAGE = Path.of("docs/testing.md");

  /** What the three dependencies of the page bring along, besides jsftp's own. */
  private static final Pattern JARS =
      Pattern.compile(
          "(jsch|jspecify|sshd-(sftp|core|common)|slf4j-api|jcl-over-slf4j|opentest4j|apiguardian-api"
              + "|junit-(jupiter(-api|-engine|-params)?|platform-(commons|engine|launcher)))-\\d.*\\.jar");

  /** What a build does to run a class. */
  private static final String RUNNER =
      """
      import org.junit.platform.engine.discovery.DiscoverySelectors;
      import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
      import org.junit.platform.launcher.core.LauncherFactory;
      import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

      class Runner {
        public static void main(String[] args) {
          var summary = new SummaryGeneratingListener();
          var request =
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(DiscoverySelectors.selectClass(args[0]))
                  .build();
          LauncherFactory.create().execute(request, summary);
          summary.getSummary().getFailures().forEach(it -> it.getException().printStackTrace());
          System.out.println(summary.getSummary().getTestsSucceededCount() + " passed");
        }
      }
      """;

  @Test
  void showsATestClassThatPasses(@TempDir Path folder) throws Exception {
    String example = block("@SftpServer\nclass ReportUploadTest");
    Path shown = Files.writeString(folder.resolve("ReportUploadTest.java"), example);
    Path runner = Files.writeString(folder.resolve("Runner.java"), RUNNER);
    String classPath = classes() + File.pathSeparator + jars();

    compile(classPath, folder, Stream.concat(serverSources(), Stream.of(shown, runner)).toList());

    List<String> lines =
        ChildJvm.run(
            folder + File.pathSeparator + classPath,
            "Runner",
            List.of("com.example.ReportUploadTest"));
    assertThat(lines.get(lines.size() - 1)).as(String.join("\n", lines)).isEqualTo("3 passed");
  }

  private static void compile(String classPath, Path folder, List<Path> sources) {
    var arguments =
        new ArrayList<>(List.of("-proc:none", "-cp", classPath, "-d", folder.toString()));
    sources.forEach(source -> arguments.add(source.toString()));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(status).isZero();
  }

  private static String block(String start) throws Exception {
    return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .map(match -> match.group(1))
        .filter(block -> block.contains(start))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Path> serverSources() throws Exception {
    try (var files = Files.list(Path.of("src/testing/java/io/github/jsftp/testing"))) {
      return files.toList().stream();
    }
  }

  private static String classes() throws URISyntaxException {
    var place = Connection.class.getProtectionDomain().getCodeSource().getLocation();
    return Path.of(place.toURI()).toString();
  }

  private static String jars() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> JARS.matcher(Path.of(entry).getFileName().toString()).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void namesTheVersionsOfTheBuild() throws Exception {
    String page = Files.readString(PAGE);
    String pom = Files.readString(Path.of("pom.xml"));
    for (String artifact : List.of("sshd-sftp", "junit-jupiter")) {
      var version =
          Pattern.compile("<artifactId>" + artifact + "</artifactId>\\s*<version>([^<]*)<")
              .matcher(pom);
      assertThat(version.find()).isTrue();
      assertThat(page)
          .contains(
              "<artifactId>" + artifact + "</artifactId>\n  <version>" + version.group(1) + "<",
              ":" + artifact + ":" + version.group(1) + "\")");
    }
    var platform =
        Pattern.compile("<artifactId>junit-platform-testkit</artifactId>\\s*<version>([^<]*)<")
            .matcher(pom);
    assertThat(platform.find()).isTrue();
    assertThat(page).contains(":junit-platform-launcher:" + platform.group(1) + "\")");
  }
}
