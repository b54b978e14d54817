package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever copies an install step from a page gets the version that the page is about. */
class VersionTest {
  /** The coordinates of jsftp with a version, as in a POM, in Gradle or for JBang. */
  private static final Pattern NAMED =
      Pattern.compile(
          "<groupId>io\\.github\\.jsftp</groupId>\\s*<artifactId>jsftp</artifactId>"
              + "\\s*<version>([^<]+)<|io\\.github\\.jsftp:jsftp:(?:jar:)?(\\w[\\w.-]*)"
              + "|\\bjsftp-(\\d[\\w.]*?)(?:-\\w+)?\\.jar");

  /** Pages that name versions of the past or of the future. */
  private static final List<String> HISTORIES = List.of("CHANGELOG.md", "docs/releasing.md");

  @Test
  void isTheSameInAllPagesAndExamples() throws IOException {
    String version = version();
    List<String> named = named();

    assertThat(named).hasSizeGreaterThan(1).allMatch(one -> one.endsWith(": " + version));
  }

  /** Returns the version that users can get: while the next one is a snapshot, the last release. */
  private static String version() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    Matcher version = Pattern.compile("<version>(.+)</version>").matcher(pom);
    assertThat(version.find()).isTrue();
    if (!version.group(1).endsWith("-SNAPSHOT")) {
      return version.group(1);
    }
    String options = Files.readString(Path.of(".mvn/maven.config"));
    Matcher baseline = Pattern.compile("-Djapicmp\\.baseline=(\\S+)").matcher(options);
    assertThat(baseline.find()).isTrue();
    return baseline.group(1);
  }

  private static List<String> named() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("docs"));
        Stream<Path> examples = Files.walk(Path.of("examples"))) {
      return Stream.of(Stream.of(Path.of("README.md"), Path.of("SECURITY.md")), docs, examples)
          .flatMap(paths -> paths)
          .filter(file -> file.toString().matches(".*\\.(md|java|sh|jsh|xml|gradle|kts)"))
          .filter(file -> !HISTORIES.contains(file.toString().replace('\\', '/')))
          .flatMap(VersionTest::named)
          .toList();
    }
  }

  private static Stream<String> named(Path file) {
    try {
      return NAMED
          .matcher(Files.readString(file))
          .results()
          .map(
              found ->
                  Stream.of(1, 2, 3)
                      .map(found::group)
                      .filter(group -> group != null)
                      .findFirst()
                      .orElseThrow())
          .map(version -> file + ": " + version)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
