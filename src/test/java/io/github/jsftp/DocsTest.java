package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocsTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");

  /** A class, or the class of a member, as a name in code font. */
  private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)[^`]*`");

  private static final List<String> LIBRARIES =
      List.of(
          "java/lang/",
          "java/io/",
          "java/nio/channels/",
          "java/nio/file/",
          "java/time/",
          "com/jcraft/jsch/");

  private static final Set<String> SSH_SETTINGS = Set.of("MaxSessions", "StrictHostKeyChecking");

  /** What a snippet may use without declaring it. */
  private static final String WRAPPED =
      """
      import io.github.jsftp.*;
      import io.github.jsftp.Proxy;
      import java.io.*;
      import java.net.*;
      import java.nio.*;
      import java.nio.charset.*;
      import java.nio.file.*;
      import java.nio.file.attribute.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.stream.*;

      class Snippet {
        Connection sftp;
        ConnectionOptions options;

        void run() throws Exception {
      %s
        }
      }
      """;

  /** A block of a page, in a package of its own. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;
    private final String block;

    Source(int number, Path page, String code) {
      super(URI.create("string:///block" + number + "/Snippet.java"), Kind.SOURCE);
      // Imports and types of its own make a snippet a whole file.
      text =
          "package block%d; ".formatted(number)
              + (code.contains("class ") ? code : WRAPPED.formatted(code));
      block = page + ":\n" + code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  @Test
  void compilesEveryJavaBlock(@TempDir Path classes) throws IOException {
    var sources = new ArrayList<Source>();
    for (Path page : pages()) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      while (block.find()) {
        sources.add(new Source(sources.size(), page, block.group(1)));
      }
    }
    assertThat(sources).hasSizeGreaterThan(60);
    assertThat(errors(sources, classes)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksToFilesThatExist(Path page) throws IOException {
    assertThat(LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)))
        .filteredOn(target -> !target.startsWith("https://"))
        .allMatch(target -> Files.exists(page.resolveSibling(target)));
  }

  @Test
  void keepsTheReadmeShort() throws IOException {
    assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(120);
  }

  @Test
  void theDesignNamesClassesThatExist() throws IOException {
    Set<String> known = new HashSet<>(SSH_SETTINGS);
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      files.forEach(file -> known.add(file.getFileName().toString().replace(".java", "")));
    }
    Matcher names = CLASS.matcher(Files.readString(Path.of("docs/design.md")));

    assertThat(names.results().map(name -> name.group(1)).distinct())
        .filteredOn(name -> !known.contains(name) && !isInLibrary(name))
        .isEmpty();
  }

  private static boolean isInLibrary(String name) {
    return LIBRARIES.stream()
        .anyMatch(dir -> ClassLoader.getSystemResource(dir + name + ".class") != null);
  }

  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      return Stream.concat(Stream.of(Path.of("README.md")), docs.sorted())
          .filter(page -> page.toString().endsWith(".md"))
          .toList();
    }
  }

  private static List<String> errors(List<Source> sources, Path classes) {
    var found = new DiagnosticCollector<JavaFileObject>();
    List<String> options =
        new ArrayList<>(List.of("-proc:none", "-d", classes.toString(), "--release", "17"));
    options.addAll(List.of("-Xmaxerrs", "1000"));
    options.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    ToolProvider.getSystemJavaCompiler().getTask(null, null, found, options, null, sources).call();
    return found.getDiagnostics().stream()
        .filter(one -> one.getKind() == Diagnostic.Kind.ERROR)
        .map(one -> one.getMessage(null) + " in " + block(one.getSource()))
        .toList();
  }

  private static String block(JavaFileObject source) {
    return source instanceof Source snippet ? snippet.block : String.valueOf(source);
  }
}
