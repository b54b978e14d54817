package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WalkStreamTest {
  private final MemoryStore store =
      MemoryStore.create(11)
          .file("/top/b/file", "x")
          .file("/top/a", "x")
          .directory("/top/c")
          .other("/top/pipe")
          .link("/top/toDirectory", "b")
          .link("/top/toNowhere", "none")
          .link("/top/toItself", ".");

  private final Directories directories = new Directories(store, Backoff.NEVER);

  @AfterEach
  void leavesNothingOpen() {
    Eventually.until("all is closed", () -> store.server().open() == 0);
  }

  private Stream<String> walk(String root) throws IOException {
    return directories.walk(store.info(root)).map(FileInfo::path);
  }

  @Test
  void startsWithTheRootAndFollowsNoLinks() throws IOException {
    try (Stream<String> walk = walk("/top")) {
      assertThat(walk)
          .containsExactly(
              "/top",
              "/top/a",
              "/top/b",
              "/top/b/file",
              "/top/c",
              "/top/pipe",
              "/top/toDirectory",
              "/top/toItself",
              "/top/toNowhere");
    }
  }

  @Test
  void hasOneEntryWhereTheRootIsNoDirectory() throws IOException {
    for (String root : List.of("/top/a", "/top/pipe", "/top/toDirectory", "/top/toNowhere")) {
      try (Stream<String> walk = walk(root)) {
        assertThat(walk).containsExactly(root);
      }
    }
    try (Stream<String> walk = walk("/top/c")) {
      assertThat(walk).containsExactly("/top/c");
    }
  }

  @Test
  void readsNoMoreThanIsTaken() throws IOException {
    for (int i = 0; i < 1000; i++) {
      store.file("/many/%03d/file".formatted(i), "x");
    }
    try (Stream<String> walk = walk("/many")) {
      assertThat(walk.limit(3)).containsExactly("/many", "/many/000", "/many/000/file");
    }
    assertThat(store.server().paths("list").size()).isLessThan(100);
  }

  @Test
  void endsWithTheFirstFailure() throws IOException {
    store.server().fail("list", "/top/b", 3);
    var seen = new ArrayList<String>();
    try (Stream<String> walk = walk("/top")) {
      assertThatThrownBy(() -> walk.forEach(seen::add))
          .isInstanceOf(UncheckedIOException.class)
          .cause()
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageContaining("/top/b: permission denied");
    }
    assertThat(seen).containsExactly("/top", "/top/a", "/top/b");
  }

  @Test
  void doesNotStartWhereTheRootIsUnreadable() {
    store.server().fail("list", "/top", 3);
    assertThatThrownBy(() -> walk("/top")).isInstanceOf(PermissionDeniedException.class);
  }
}
