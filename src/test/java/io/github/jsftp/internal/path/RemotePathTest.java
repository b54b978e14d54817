package io.github.jsftp.internal.path;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemotePathTest {
  @ParameterizedTest
  @CsvSource({
    "/home/me, a, /home/me/a",
    "/home/me, a/b, /home/me/a/b",
    "/home/me, /a, /a",
    "/, a, /a",
    "/home/me, ., /home/me/.",
    "/home/me, ./a/./b, /home/me/a/b",
    "/home/me, /./a/././b, /a/b",
    "/home/me, ./link/., /home/me/link/.",
    "/home/me, .hidden/..., /home/me/.hidden/...",
    "/, ., /",
    "/home/me, ../x, /home/me/../x",
    "/home/me, a//b/, /home/me/a/b",
    "/home/me, //a, /a",
    "/home/me, /, /",
    "/home/me, ///, /",
    "/home/me, ~, /home/me/~",
    "/home/me, a*?[\\, /home/me/a*?[\\",
    "'/home/m e', 'a b ', '/home/m e/a b '",
  })
  void resolvesAgainstADirectory(String dir, String path, String expected) {
    assertThat(RemotePath.resolve(dir, path, UTF_8)).isEqualTo(expected);
  }

  @Test
  void rejectsAnEmptyPath() {
    assertThatThrownBy(() -> RemotePath.resolve("/", "", UTF_8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path must not be empty");
  }

  @Test
  void rejectsNul() {
    assertThatThrownBy(() -> RemotePath.resolve("/", "a\0b", UTF_8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path must not contain NUL, at index 1 of \"a?b\"");
  }

  @Test
  void rejectsWhatTheCharsetCannotEncode() {
    assertThatThrownBy(() -> RemotePath.resolve("/", "żółw", ISO_8859_1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "path can't be written in ISO-8859-1, the filenameCharset of this connection:"
                + " \"żółw\"");
    assertThatThrownBy(() -> RemotePath.check("a\ud83d", UTF_8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can't be written in UTF-8");
    assertThat(RemotePath.resolve("/", "é", ISO_8859_1)).isEqualTo("/é");
  }

  @Test
  void rejectsPathsThatBreakConnections() {
    String most = "/" + "a".repeat(RemotePath.MAX_BYTES - 1);
    assertThat(RemotePath.resolve("/", most, UTF_8)).isEqualTo(most);
    assertThatThrownBy(() -> RemotePath.resolve("/home", most.substring(1), UTF_8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("path must be at most 32768 bytes, not 32773: \"/home/aaa");
    assertThatThrownBy(() -> RemotePath.check("é".repeat(20_000), UTF_8))
        .hasMessageContaining("not 40000");
  }

  @ParameterizedTest
  @CsvSource({"/, a, /a", "/a, b, /a/b", "/a/, b, /a/b"})
  void returnsTheChild(String dir, String name, String expected) {
    assertThat(RemotePath.child(dir, name)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"/a/b, /a, b", "/a, /, a", "/, /, ''"})
  void returnsParentAndName(String path, String parent, String name) {
    assertThat(RemotePath.parent(path)).isEqualTo(parent);
    assertThat(RemotePath.name(path)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b",
    "/a/./b, /a/b",
    "/a/../b, /b",
    "/../a, /a",
    "/a/b/../.., /",
    "/a//b/, /a/b",
    "/a/..b/..., /a/..b/...",
    "/, /",
  })
  void resolvesDots(String path, String expected) {
    assertThat(RemotePath.normalize(path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"/a/b, /a/b", "/a/., /a", "/., /", "/, /", "/a/.., /a/..", "/a/b., /a/b."})
  void displaysNoTrailingDot(String path, String expected) {
    assertThat(RemotePath.display(path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "...", ".a", "a b", "a\nb", "\\", "*", "C:", "-rf"})
  void acceptsNames(String name) {
    assertThat(RemotePath.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/", "../a", "a\0"})
  void rejectsPathsOutOfTheDirectory(String name) {
    assertThat(RemotePath.isName(name)).isFalse();
  }
}
