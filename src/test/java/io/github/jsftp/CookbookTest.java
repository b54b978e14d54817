package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the form of the recipes; {@link DocsTest} compiles them. */
class CookbookTest {
  private static final Pattern RECIPE =
      Pattern.compile("(?s)\\n### ([^\\n]+)\\n(.*?)(?=\\n##|\\z)");

  /** The need in one line, the code, and one thing to know. */
  private static final Pattern FORM =
      Pattern.compile("(?s)\\n([^\\n]+)\\n\\n```java\\n(.*?)```\\n\\n([^\\n]+)\\n");

  private record Recipe(String title, String text) {
    @Override
    public String toString() {
      return title;
    }
  }

  static List<Recipe> recipes() throws IOException {
    return RECIPE
        .matcher(Files.readString(Path.of("docs/cookbook.md")))
        .results()
        .map(recipe -> new Recipe(recipe.group(1), recipe.group(2)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void hasTheNeedAFewLinesOfCodeAndOneCaveat(Recipe recipe) {
    Matcher form = FORM.matcher(recipe.text());

    assertThat(recipe.text()).matches(FORM);
    assertThat(form.matches()).isTrue();
    assertThat(form.group(2).lines().count()).isBetween(5L, 12L);
    assertThat(Stream.of(form.group(1), form.group(3))).allMatch(line -> line.endsWith("."));
  }

  @Test
  void hasARecipeForEachNameOfPysftp() throws IOException {
    String page = Files.readString(Path.of("docs/cookbook.md"));

    assertThat(recipes()).hasSizeGreaterThan(70);
    assertThat(
            Stream.of(
                    "get get_d get_r put put_d put_r cd chmod st_mode_to_int chown cwd pwd listdir"
                        + " listdir_attr makedirs mkdir isdir isfile exists lexists truncate"
                        + " walktree sftp_client path_advance path_retreat reparent CnOpts execute"
                        + " getfo putfo open remove rmdir rename symlink readlink stat")
                .flatMap(names -> Stream.of(names.split(" ")))
                .filter(name -> !mentions(page, name)))
        .isEmpty();
  }

  private static boolean mentions(String page, String name) {
    String camelCase =
        Pattern.compile("_(.)")
            .matcher(name)
            .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    return Pattern.compile("\\b(" + name + '|' + camelCase + ")\\b", Pattern.CASE_INSENSITIVE)
        .matcher(page)
        .find();
  }
}
