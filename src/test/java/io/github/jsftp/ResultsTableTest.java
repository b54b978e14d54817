package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the tables of docs/results.md with the classes that they describe. */
class ResultsTableTest {
  private static final String OPTIONAL = "optional: ";
  private static final Set<String> OF_EACH_OBJECT = Set.of("equals", "hashCode", "toString");

  @ParameterizedTest
  @ValueSource(
      classes = {
        TransferResult.class,
        TreeResult.class,
        BulkResult.class,
        InboxReport.class,
        FileOutcome.class,
        FileInfo.class,
        CommandResult.class,
        Progress.class,
        StatVfs.class,
        ServerKey.class,
        Negotiated.class
      })
  void hasEachMethod(Class<?> type) throws IOException {
    String[] methods =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
            .filter(method -> !OF_EACH_OBJECT.contains(method.getName()))
            .map(method -> marked(method) + method.getName())
            .toArray(String[]::new);

    assertThat(rows(type))
        .filteredOn(cells -> !cells.get(1).matches("`[A-Z]+`"))
        .flatMap(ResultsTableTest::methods)
        .containsExactlyInAnyOrder(methods);
  }

  /** Returns "optional: " for a method whose result may be absent, otherwise "". */
  private static String marked(Method method) {
    return method.getReturnType().getName().startsWith("java.util.Optional") ? OPTIONAL : "";
  }

  private static List<String> methods(List<String> cells) {
    String optional = cells.get(2).startsWith(OPTIONAL) ? OPTIONAL : "";
    return Arrays.stream(cells.get(1).replace("`", "").split(", ", -1))
        .map(name -> optional + name)
        .toList();
  }

  @Test
  void showsAnOutcomeOfEachKind() throws IOException {
    String[] kinds =
        Arrays.stream(FileOutcome.Kind.values())
            .map(kind -> "`" + kind + "` " + "`" + outcome(kind) + "`")
            .toArray(String[]::new);

    assertThat(rows(FileOutcome.class))
        .filteredOn(cells -> cells.get(1).matches("`[A-Z]+`"))
        .map(cells -> cells.get(1) + " " + cells.get(3))
        .containsExactly(kinds);
  }

  private static FileOutcome outcome(FileOutcome.Kind kind) {
    String path =
        switch (kind) {
          case COPIED -> "dir/a.txt";
          case LINKED -> "dir/b";
          case CREATED -> "dir";
          case SKIPPED -> "c";
          case DELETED -> "old.txt";
          case RENAMED -> "a";
          case CHANGED, FOUND -> "d";
          case FAILED -> "e";
        };
    return new FileOutcome(
        kind, path, path, "/srv/b", null, 1_234, "a.txt", new IOException("the reason"));
  }

  /** Returns the cells of each row in the section of a class. */
  private static List<List<String>> rows(Class<?> type) throws IOException {
    return Files.readAllLines(Path.of("docs/results.md")).stream()
        .dropWhile(line -> !line.equals("## " + type.getSimpleName()))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .map(line -> List.of(line.split(" *\\| *", -1)))
        .toList();
  }
}
