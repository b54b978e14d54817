package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the tables of docs/migrating-from-*.md against the libraries, and against jsftp. */
class MigrationTableTest {
  private static final String NONE = "no counterpart";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Set<String> IGNORED = Set.of("equals", "hashCode", "toString", "compareTo");
  private static final Map<String, Class<?>> JAVA_TYPES = Map.of("Files", Files.class);

  private record Row(List<String> theirs, String ours, String differs) {}

  @ParameterizedTest
  @CsvSource({
    "pysftp, pysftp-names.txt",
    "sshj, sshj-names.txt",
    "spring, spring-names.txt",
    "paramiko, paramiko-sshclient-names.txt",
    "paramiko, paramiko-sftpclient-names.txt",
    "paramiko, paramiko-sftpfile-names.txt"
  })
  void hasARowForEachName(String library, String resource) throws IOException {
    assertThat(theirs(library)).containsAll(names(resource)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pysftp", "sshj", "spring"})
  void hasNoOtherNames(String library) throws IOException {
    assertThat(theirs(library)).isSubsetOf(names(library + "-names.txt"));
  }

  @Test
  void hasNoOtherNamesOfParamiko() throws IOException {
    List<String> known = new ArrayList<>(names("paramiko-sshclient-names.txt"));
    known.addAll(names("paramiko-sftpclient-names.txt"));
    known.addAll(names("paramiko-sftpfile-names.txt"));
    assertThat(theirs("paramiko")).isSubsetOf(known);
  }

  @ParameterizedTest
  @CsvSource({
    "jsch, com.jcraft.jsch.JSch",
    "jsch, com.jcraft.jsch.Session",
    "jsch, com.jcraft.jsch.UserInfo",
    "jsch, com.jcraft.jsch.ChannelSftp",
    "jsch, com.jcraft.jsch.ChannelSftp$LsEntry",
    "jsch, com.jcraft.jsch.SftpATTRS",
    "jsch, com.jcraft.jsch.SftpProgressMonitor",
    "mina, org.apache.sshd.sftp.client.SftpClient"
  })
  void hasExactlyThePublicMethodsOfAClass(String library, Class<?> type) throws IOException {
    String prefix = type.getSimpleName() + ".";
    String[] methods =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
            .filter(method -> !IGNORED.contains(method.getName()))
            .map(method -> prefix + method.getName())
            .distinct()
            .toArray(String[]::new);

    assertThat(theirs(library))
        .filteredOn(name -> name.startsWith(prefix))
        .containsExactlyInAnyOrder(methods);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sftp", "lftp"})
  void hasExactlyTheCommandsOf(String program) throws IOException {
    String page = Files.readString(Path.of("docs/migrating-from-sftp-and-lftp.md"));
    String table = page.split("\n## " + program + "\n", 2)[1].split("\n## ", 2)[0];
    Set<String> commands =
        rows(table.lines()).stream()
            .flatMap(row -> row.theirs().stream())
            .filter(code -> !code.startsWith("-") && !code.startsWith("sftp "))
            .map(code -> code.split(" ", 2)[0])
            .collect(Collectors.toSet());

    assertThat(commands).containsExactlyInAnyOrderElementsOf(names(program + "-commands.txt"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pysftp", "paramiko", "jsch", "sshj", "mina", "spring", "sftp-and-lftp"})
  void namesOnlyWhatExists(String library) throws IOException {
    var missing = new ArrayList<String>();
    for (Row row : rows(library)) {
      if (!row.ours().equals(NONE)) {
        List<String> codes = codes(row.ours());
        assertThat(codes).as(row.theirs().toString()).isNotEmpty();
        codes.stream()
            .filter(code -> !exists(code))
            .forEach(code -> missing.add(row.theirs() + ": " + code));
      }
      codes(row.differs()).stream()
          .filter(code -> code.matches("[A-Z][A-Za-z.]*\\([A-Za-z, ]*\\)"))
          .filter(code -> !code.startsWith("Path.of") && !code.equals("Instant.now()"))
          .filter(code -> !exists(code))
          .forEach(code -> missing.add(row.theirs() + ": " + code));
    }
    assertThat(missing).isEmpty();
  }

  private static List<String> theirs(String library) throws IOException {
    return rows(library).stream().flatMap(row -> row.theirs().stream()).toList();
  }

  private static List<Row> rows(String library) throws IOException {
    return rows(Files.readAllLines(Path.of("docs/migrating-from-" + library + ".md")).stream());
  }

  private static List<Row> rows(Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(1, line.lastIndexOf('|')).split("\\|", 3))
        .map(cells -> new Row(codes(cells[0]), cells[1].strip(), cells[2].strip()))
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
