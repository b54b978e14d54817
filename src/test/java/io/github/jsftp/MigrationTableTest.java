package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationTableTest {
  private static final String PAGE = "docs/migrating-from-pysftp.md";
  private static final String NONE = "no counterpart";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Map<String, Class<?>> JAVA_TYPES = Map.of("Files", Files.class);

  private record Row(String theirs, String ours, String differs) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pysftp-names.txt",
        "paramiko-sftpclient-names.txt",
        "paramiko-sftpfile-names.txt"
      })
  void hasARowForEveryName(String resource) throws IOException {
    assertThat(rows()).extracting(Row::theirs).containsAll(names(resource));
  }

  @Test
  void hasOneRowForEachNameAndNoOthers() throws IOException {
    List<String> known = new ArrayList<>(names("pysftp-names.txt"));
    known.addAll(names("paramiko-sftpclient-names.txt"));
    known.addAll(names("paramiko-sftpfile-names.txt"));

    assertThat(rows()).extracting(Row::theirs).doesNotHaveDuplicates().isSubsetOf(known);
  }

  @Test
  void namesOnlyWhatExists() throws IOException {
    var missing = new ArrayList<String>();
    for (Row row : rows()) {
      if (!row.ours().equals(NONE)) {
        List<String> codes = codes(row.ours());
        assertThat(codes).as(row.theirs()).isNotEmpty();
        codes.stream()
            .filter(code -> !exists(code))
            .forEach(code -> missing.add(row.theirs() + ": " + code));
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void namesOnlyMethodsThatExistInWhatDiffers() throws IOException {
    assertThat(rows())
        .flatExtracting(row -> codes(row.differs()))
        .filteredOn(code -> code.matches("[A-Z][A-Za-z.]*\\([A-Za-z, ]*\\)"))
        .filteredOn(code -> !code.startsWith("Path.of") && !code.equals("Instant.now()"))
        .allMatch(MigrationTableTest::exists);
  }

  private static List<Row> rows() throws IOException {
    return Files.readAllLines(Path.of(PAGE)).stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(1, line.lastIndexOf('|')).split("\\|", 3))
        .map(cells -> new Row(codes(cells[0]).get(0), cells[1].strip(), cells[2].strip()))
        .toList();
  }

  private static List<String> names(String resource) throws IOException {
    try (var in = MigrationTableTest.class.getResourceAsStream("/" + resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map(match -> match.group(1)).toList();
  }

  /** Looks for {@code Type}, {@code Type.method}, {@code Type.method(Parameter, ..)}. */
  private static boolean exists(String code) {
    int open = code.indexOf('(');
    String qualified = open < 0 ? code : code.substring(0, open);
    int dot = qualified.lastIndexOf('.');
    if (open < 0 && type(qualified) != null) {
      return true;
    }
    Class<?> owner = dot < 0 ? Connection.class : type(qualified.substring(0, dot));
    return owner != null
        && Arrays.stream(owner.getMethods())
            .filter(method -> method.getName().equals(qualified.substring(dot + 1)))
            .anyMatch(method -> open < 0 || parameters(method).equals(code.substring(open)));
  }

  private static String parameters(Method method) {
    return Stream.of(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static Class<?> type(String name) {
    if (JAVA_TYPES.containsKey(name)) {
      return JAVA_TYPES.get(name);
    }
    try {
      return Class.forName("io.github.jsftp." + name.replace('.', '$'));
    } catch (ClassNotFoundException e) {
      return null;
    }
  }
}
