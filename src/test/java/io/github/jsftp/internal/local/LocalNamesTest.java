package io.github.jsftp.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.testing.Trees;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalNamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "/", "/etc/passwd", "../x", "a/b", "a/", "a/..", "a\0b"})
  void refusesInvalidNames(String name) {
    assertThatThrownBy(() -> LocalNames.child(Path.of("/srv/dir"), name))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(name.indexOf('\0') < 0 ? "leads out of its directory" : "can't be");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/srv/dir", "dir", "", "/"})
  void acceptsAnyOtherName(String dir) throws Exception {
    for (String name : Trees.AWKWARD_NAMES) {
      assertThat(LocalNames.child(Path.of(dir), name)).isEqualTo(Path.of(dir).resolve(name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/srv/dir", "dir", "", "/"})
  void keepsTheBytesOfNamesThatAreNotText(String dir) throws Exception {
    for (String name : Trees.UNDECODABLE_NAMES) {
      Path expected = Trees.child(Path.of(dir), name);

      assertThat(LocalNames.child(Path.of(dir), name)).isEqualTo(expected);
      assertThat(LocalNames.name(expected)).isEqualTo(name);
      assertThat(LocalNames.path(expected.getFileSystem(), LocalNames.text(expected)))
          .isEqualTo(expected);
    }
  }

  @Test
  void suggestsALocaleForMissingCharacters() {
    assertThatThrownBy(() -> LocalNames.child(Path.of("/srv/dir"), "half\uD800"))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(
            "half?: can't be a path here: the locale has no characters for it;"
                + " start Java with LC_ALL=C.UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "con",
        "CON",
        "nul.txt",
        "Com1",
        "LPT9.a.b",
        "aux .x",
        "trailing.",
        "blank ",
        "CONIN$",
        "conout$.txt",
        "nul.\u0085",
        "aux .\u2028x",
        "com1.\u2029",
        "a\u0085b."
      })
  void refusesNamesReservedOnWindows(String name) {
    assertThat(LocalNames.isReservedOnWindows(name)).isTrue();
  }

  @Test
  void acceptsNamesAllowedOnWindows() {
    assertThat(LocalNames.isReservedOnWindows("console.txt")).isFalse();
    assertThat(LocalNames.isReservedOnWindows("com10")).isFalse();
    assertThat(LocalNames.isReservedOnWindows(".hidden")).isFalse();
    assertThat(LocalNames.isReservedOnWindows("conin")).isFalse();
    assertThat(LocalNames.isReservedOnWindows("a\u2028b")).isFalse();
  }
}
