package io.github.jsftp.internal.path;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TemporaryNameTest {
  private static final String PATTERN = ".{name}.jsftp-{random}.part";

  @Test
  void fillsThePattern() {
    assertThat(TemporaryName.of(PATTERN, "a b")).matches("\\.a b\\.jsftp-[a-z0-9]{8}\\.part");
    assertThat(TemporaryName.of("{random}", "a b")).matches("[a-z0-9]{8}");
  }

  @Test
  void differsEachTime() {
    assertThat(TemporaryName.of(PATTERN, "a")).isNotEqualTo(TemporaryName.of(PATTERN, "a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"n", "ü", "日", "😀"})
  void truncatesLongNamesAtCharacterBoundaries(String letter) {
    String name = TemporaryName.of(PATTERN, letter.repeat(255));
    assertThat(name.getBytes(UTF_8).length).isBetween(252, 255);
    assertThat(new String(name.getBytes(UTF_8), UTF_8)).isEqualTo(name);
    assertThat(name).startsWith("." + letter).endsWith(".part");
  }
}
