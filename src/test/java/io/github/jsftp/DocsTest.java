package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,4} (.*)$");
  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern TYPE = Pattern.compile("(?m)^(?:public )?(?:final )?class (\\w+)");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import ");
  private static final Path INDEX = Path.of("docs/index.md");

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

  /** The imports that the pages tell their readers to add to a snippet. */
  private static final Pattern IMPORTS = Pattern.compile("```java\n((?:import [\\w.*]+;\n)+)```");

  private static final List<Path> PAGES_WITH_IMPORTS =
      List.of(Path.of("docs/getting-started.md"), Path.of("docs/testing.md"));

  /** What a snippet may use without declaring it, after the imports. */
  private static final String WRAPPED =
      """
      class Snippet {
        Connection sftp;
        ConnectionOptions options;
        TestSftpServer server;

        void run() throws Exception {
      %s
        }
      }
      """;

  /** A block of a page, in a package of its own. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;
    private final String block;

    Source(int number, Path page, String imports, String code) {
      super(URI.create("string:///block" + number + "/" + type(code) + ".java"), Kind.SOURCE);
      String unit = code.replaceFirst("^package .*;", "");
      text =
          "package block%d; ".formatted(number)
              + (IMPORT.matcher(unit).find() ? unit : imports + WRAPPED.formatted(code));
      block = page + ":\n" + code;
    }

    /** Returns the class that a block declares, or else the one that is put around it. */
    private static String type(String code) {
      Matcher type = TYPE.matcher(code);
      return IMPORT.matcher(code).find() && type.find() ? type.group(1) : "Snippet";
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  @Test
  void compilesEveryJavaBlock(@TempDir Path classes) throws IOException {
    var imports = new StringBuilder();
    for (Path page : PAGES_WITH_IMPORTS) {
      Matcher block = IMPORTS.matcher(Files.readString(page));
      assertThat(block.find()).as(page.toString()).isTrue();
      imports.append(block.group(1));
    }
    var sources = new ArrayList<Source>();
    for (Path page : pages()) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      while (block.find()) {
        sources.add(new Source(sources.size(), page, imports.toString(), block.group(1)));
      }
    }
    assertThat(sources).hasSizeGreaterThan(60);
    assertThat(errors(sources, classes)).isEmpty();
  }

  @Test
  void jshellImportsWhatThePagesUse() throws IOException {
    Matcher imports = IMPORTS.matcher(Files.readString(Path.of("docs/getting-started.md")));
    assertThat(imports.find()).isTrue();
    assertThat(Files.readAllLines(Path.of("examples/jshell.jsh")))
        .containsAll(imports.group(1).lines().toList());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksToFilesAndHeadingsThatExist(Path page) throws IOException {
    List<String> broken = new ArrayList<>();
    for (MatchResult link : LINK.matcher(text(page)).results().toList()) {
      if (!link.group(1).startsWith("https://")) {
        Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        String anchor = link.group(2);
        if (!Files.exists(target) || (anchor != null && !anchors(target).contains(anchor))) {
          broken.add(link.group());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void theIndexLinksToEachPageOnce() throws IOException {
    assertThat(LINK.matcher(text(INDEX)).results().map(link -> "docs/" + link.group(1)))
        .filteredOn(target -> !target.contains(".."))
        .containsExactlyInAnyOrderElementsOf(
            pages().stream()
                .filter(page -> page.startsWith("docs") && !page.equals(INDEX))
                .map(page -> page.toString().replace('\\', '/'))
                .toList());
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

  /** Returns a page without its fenced blocks. */
  private static String text(Path page) throws IOException {
    return FENCED.matcher(Files.readString(page)).replaceAll("");
  }

  /** Returns the anchors of a page's headings, as code hosts and the site derive them. */
  private static Set<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(text(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
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
