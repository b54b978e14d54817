package io.github.jsftp.internal.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.internal.path.RemotePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenamesTest {

  private static Renames of(Map<String, String> names) {
    return Renames.of(names, path -> RemotePath.resolve("/home", path, StandardCharsets.UTF_8));
  }

  private static Map<String, String> names(String text) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String pair : text.split(" ", -1)) {
      names.put(pair.split(">", -1)[0], pair.split(">", -1)[1]);
    }
    return names;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a>b c>b   | \"a\" and \"c\" would both be renamed to \"b\"",
        "a>b c>./b | \"a\" and \"c\" would both be renamed to \"./b\"",
        "a>b ./a>c | \"a\" and \"./a\" are the same path",
        "a>a       | \"a\" would keep its name: leave it out",
        "a>b b>a   | \"a\" and \"b\" exchange their names: rename one of them to a temporary name"
            + " first",
        "x>y a>b b>c c>a | \"a\" and \"b\" exchange their names: rename one of them to a temporary"
            + " name first",
        "a>b a/x>c | \"/home/a\" contains \"/home/a/x\": rename them in separate calls",
        "a>b c>b/x | \"/home/b\" contains \"/home/b/x\": rename them in separate calls",
        "a>a/x     | \"/home/a\" contains \"/home/a/x\": rename them in separate calls",
        "a/x>a     | \"/home/a\" contains \"/home/a/x\": rename them in separate calls",
        "a>b b/c/d>e | \"/home/b\" contains \"/home/b/c/d\": rename them in separate calls",
      })
  void refusesWhatCantBeRight(String given, String problem) {
    assertThatThrownBy(() -> of(names(given.strip())).order())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(problem.strip());
  }

  @Test
  void refusesNullNames() {
    Map<String, String> names = new HashMap<>();
    names.put("a", null);
    assertThatThrownBy(() -> of(names))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the new name of a is null");
    names.clear();
    names.put(null, "a");
    assertThatThrownBy(() -> of(names))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("newNames contains the key null");
  }

  @ParameterizedTest
  @CsvSource({
    "a>b c>d,       0 1,   0",
    "a>b b>c,       1 0,   0 1",
    "a>b b>c c>d,   2 1 0, 0 1 2",
    "a>A c>d,       0 1,   0",
    "a>x b>X c>y,   0 1 2, 0 1",
    "ab>b a>x b>c,  1 2 0, 0 2",
  })
  void renamesWhatFreesANameFirst(String given, String order, String barriers) {
    SendingOrder found = of(names(given)).order();
    assertThat(found.items().stream().map(String::valueOf))
        .isEqualTo(List.of(order.strip().split(" ")));
    assertThat(found.barriers().stream().mapToObj(String::valueOf))
        .isEqualTo(List.of(barriers.strip().split(" ")));
  }

  /** Renames in the order found, in memory, and compares with all renames at one instant. */
  @Test
  void equalsRenamingAllAtOnce() {
    var random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      Map<String, String> before = new HashMap<>();
      Map<String, String> names = new LinkedHashMap<>();
      for (int i = 0; i < 6; i++) {
        before.put("/" + i, "content of " + i);
      }
      for (int i = 0; i < 4; i++) {
        names.put("/" + random.nextInt(6), "/" + random.nextInt(9));
      }
      SendingOrder order;
      try {
        order = of(names).order();
      } catch (IllegalArgumentException e) {
        continue;
      }
      Map<String, String> after = new HashMap<>(before);
      after.keySet().removeAll(names.keySet());
      boolean isPossible = true;
      for (var name : names.entrySet()) {
        isPossible &= after.put(name.getValue(), before.get(name.getKey())) == null;
      }
      if (isPossible) {
        List<String> from = new ArrayList<>(names.keySet());
        for (int item : order.items()) {
          String to = names.get(from.get(item));
          assertThat(before).as("%s", names).doesNotContainKey(to);
          before.put(to, before.remove(from.get(item)));
        }
        assertThat(before).isEqualTo(after);
      }
    }
  }
}
