package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemotePathsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "./pub/example/example01 | ./pub ./pub/example ./pub/example/example01",
        "foo/bar/baz             | foo foo/bar foo/bar/baz",
        "/foo/bar/baz            | /foo /foo/bar /foo/bar/baz",
        "foo                     | foo",
        "/foo//bar/              | /foo /foo/bar",
        "../a                    | .. ../a",
        "/                       | /",
        "///                     | /",
        ".                       | .",
        "./                      | .",
      })
  void stepsThroughAPathForwardsAndBack(String path, String steps) {
    List<String> expected = List.of(steps.split(" "));
    assertThat(RemotePaths.advance(path)).isEqualTo(expected);
    assertThat(RemotePaths.retreat(path).get(0)).isEqualTo(expected.get(expected.size() - 1));
    assertThat(RemotePaths.retreat(path)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void stepsBackLongestFirst() {
    assertThat(RemotePaths.retreat("./pub/example/example01"))
        .containsExactly("./pub/example/example01", "./pub/example", "./pub");
  }

  @Test
  void hasNoStepsForNothing() {
    assertThat(RemotePaths.advance("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "backup, /home/test/pub, backup/home/test/pub",
    "/a, /b/c, /a/b/c",
    "/a/, b/c, /a/b/c",
    "/, /b, /b",
    "a, ./b, a/b",
    "a, .hidden, a/.hidden",
    "'', /b/c, b/c",
  })
  void putsAPathBelowAnotherDirectory(String newParent, String path, String expected) {
    assertThat(RemotePaths.reparent(newParent, path)).isEqualTo(expected);
  }

  @Test
  void relativizesByWholeNames() {
    assertThat(RemotePaths.relativize("/a/b", "/a/b/c/d")).isEqualTo("c/d");
    assertThat(RemotePaths.relativize("/a/b/", "/a/b/c")).isEqualTo("c");
    assertThat(RemotePaths.relativize("/", "/a")).isEqualTo("a");
    assertThat(RemotePaths.relativize("/a", "/a")).isEmpty();
    assertThat(RemotePaths.relativize("/a/", "/a")).isEmpty();
    assertThatThrownBy(() -> RemotePaths.relativize("/a/b", "/a/bc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("/a/bc is not below /a/b");
  }
}
