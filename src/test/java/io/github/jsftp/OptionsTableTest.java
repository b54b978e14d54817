package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the tables of docs/options.md with the builders, and their defaults with the code. */
class OptionsTableTest {
  private static final Set<String> NO_OPTIONS = Set.of("build");

  /** Builder methods whose getter has another name. */
  private static final Map<String, String> GETTERS =
      Map.of(
          "privateKey", "privateKeys",
          "privateKeyContent", "privateKeys",
          "certificate", "certificates",
          "knownHosts", "hostKeys");

  static Collection<Object> defaults() {
    return Set.of(
        ConnectionOptions.builder("hostname").build(),
        TransferOptions.defaults(),
        CommandOptions.defaults());
  }

  @ParameterizedTest
  @MethodSource("defaults")
  void hasEachOptionWithItsDefault(Object options) throws Exception {
    Map<String, String> table = table(options.getClass().getSimpleName());

    assertThat(table).containsOnlyKeys(names(options));
    for (Map.Entry<String, String> row : table.entrySet()) {
      String name = row.getKey();
      Method getter = options.getClass().getMethod(GETTERS.getOrDefault(name, name));
      assertThat(row.getValue()).as(name).isEqualTo(words(getter.invoke(options)));
    }
  }

  private static String[] names(Object options) throws ClassNotFoundException {
    return Arrays.stream(Class.forName(options.getClass().getName() + "$Builder").getMethods())
        .filter(method -> method.getDeclaringClass().getName().endsWith("$Builder"))
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .map(Method::getName)
        .filter(name -> !NO_OPTIONS.contains(name))
        .distinct()
        .toArray(String[]::new);
  }

  /** Returns the default of each option in the section of a class. */
  private static Map<String, String> table(String section) throws IOException {
    var rows = new LinkedHashMap<String, String>();
    Files.readAllLines(Path.of("docs/options.md")).stream()
        .dropWhile(line -> !line.equals("## " + section))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split(" *\\| *", -1))
        .forEach(cells -> rows.put(cells[1].replace("`", ""), cells[2]));
    return rows;
  }

  private static String words(Object value) {
    if (value instanceof Duration time) {
      return time.toSeconds() + " seconds";
    } else if (value instanceof HostKeys) {
      return value.equals(HostKeys.knownHosts()) ? "known_hosts" : value.toString();
    } else if (value instanceof Optional<?> maybe) {
      return maybe.map(OptionsTableTest::words).orElse("none");
    } else if (value == null
        || value.equals(OptionalInt.empty())
        || value.equals(OptionalLong.empty())
        || (value instanceof Collection<?> many && many.isEmpty())) {
      return "none";
    }
    String text = value.toString();
    return text.equals(System.getProperty("user.name")) ? "the user who runs the program" : text;
  }
}
