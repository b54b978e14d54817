package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examples in Javadoc. Java 17 has no {@code @snippet}, so they are in the comments. */
class JavadocTest {
  private static final Pattern BLOCK =
      Pattern.compile("<pre>\\{@code\n(.*?)\\}</pre>", Pattern.DOTALL);

  /** What an example may use without declaring it. */
  private static final String WRAPPED =
      """
      import io.github.jsftp.*;
      import java.io.*;
      import java.nio.file.*;
      import java.util.*;

      abstract class Example%d {
        Connection sftp;

        abstract void load(Path file) throws IOException;

        void run() throws Exception {
      %s
        }
      }
      """;

  @Test
  void compilesEveryExample(@TempDir Path directory) throws IOException {
    var arguments = new ArrayList<>(List.of("-proc:none", "-d", directory.toString()));
    arguments.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    for (String example : examples()) {
      int number = arguments.size();
      Path file = directory.resolve("Example%d.java".formatted(number));
      arguments.add(Files.writeString(file, WRAPPED.formatted(number, example)).toString());
    }
    assertThat(arguments).hasSizeGreaterThan(5);
    var messages = new StringWriter();
    var out = new PrintWriter(messages);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();

    int result = javac.run(out, out, arguments.toArray(String[]::new));

    assertThat(result).as(messages.toString()).isZero();
  }

  private static List<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/java/io/github/jsftp"))) {
      return files.filter(Files::isRegularFile).sorted().flatMap(JavadocTest::examples).toList();
    }
  }

  private static Stream<String> examples(Path file) {
    try {
      return BLOCK
          .matcher(Files.readString(file))
          .results()
          .map(block -> block.group(1).replaceAll("(?m)^ *\\* ?", ""))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
