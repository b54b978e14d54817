package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecursiveDeleteTest {
  private final MemoryStore store = MemoryStore.create(9);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 64})
  void deletesADirectoryWithItsContent(int window) throws IOException {
    store.server().window = window;
    fill();
    rmtree("/top/tree");
    assertThat(store.names("/top")).containsExactly("kept");
    assertThat(store.server().open()).isZero();
    assertThat(store.server().peak()).isLessThanOrEqualTo(2 * window + 32);
  }

  @Test
  void sendsManyRequestsConcurrently() throws IOException {
    for (int i = 0; i < 500; i++) {
      store.file("/tree/f%03d".formatted(i), "");
    }
    store.server().hold(request -> request.name().equals("remove"));
    var removing =
        CompletableFuture.runAsync(
            () -> {
              try {
                rmtree("/tree");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    io.github.jsftp.testing.Eventually.until(
        "many removals", () -> store.server().held().size() > 32);
    store.server().release();
    removing.join();
    assertThat(store.exists("/tree")).isFalse();
  }

  @Test
  void deletesLinksButNotTheirTargets() throws IOException {
    store.file("/kept/f", "").link("/tree/dir", "/kept").link("/tree/dead", "none");
    rmtree("/tree");
    assertThat(store.exists("/tree")).isFalse();
    assertThat(store.names("/kept")).containsExactly("f");
  }

  @Test
  void refusesALink() {
    store.file("/kept/f", "").link("/link", "kept");
    assertThatThrownBy(() -> rmtree("/link"))
        .isInstanceOf(NotADirectoryException.class)
        .hasMessage("rmtree /link: is a symbolic link, not a directory [me@memory:22]");
    assertThat(store.names("/kept")).containsExactly("f");
  }

  @Test
  void refusesAFile() {
    store.file("/f", "");
    assertThatThrownBy(() -> rmtree("/f"))
        .isInstanceOf(NotADirectoryException.class)
        .hasMessage("rmtree /f: is not a directory [me@memory:22]");
  }

  @Test
  void failsIfTheDirectoryIsMissing() {
    assertThatThrownBy(() -> rmtree("/none"))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("rmtree /none: no such");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/.", "/..", "/top/..", "/top/../..", "/rootlink", "/rootlink/."})
  void refusesTheRootInAnyForm(String path) {
    store.file("/top/f", "").link("/rootlink", "/");
    assertThatThrownBy(() -> rmtree(path)).isInstanceOf(IllegalArgumentException.class);
    store.server().resolvesLinks = false;
    assertThatThrownBy(() -> rmtree(path)).isInstanceOf(IllegalArgumentException.class);
    assertThat(store.exists("/top/f")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/top/tree/.", "/top/tree/d0/.."})
  void deletesADirectoryWhosePathHasDots(String path) throws IOException {
    fill();
    rmtree(path);
    assertThat(store.names("/top")).containsExactly("kept");
  }

  @Test
  void endsAtTheFirstFailureAndNamesTheEntry() {
    fill();
    store.server().fail("remove", "/top/tree/d3/f5", 3);
    assertThatThrownBy(() -> rmtree("/top/tree"))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/top/tree/d3/f5: permission denied");
    assertThat(store.names("/top/tree/d3")).contains("f5");
    int removed = store.server().count("remove", "rmdir");
    Eventually.until("the listings read ahead", () -> store.server().inFlight() == 0);
    assertThat(store.server().count("remove", "rmdir")).isEqualTo(removed);
    assertThat(store.exists("/top/tree")).isTrue();
  }

  @Test
  void failsWhenADirectoryCantBeListed() {
    fill();
    store.server().fail("list", "/top/tree/d3", 3);
    assertThatThrownBy(() -> rmtree("/top/tree")).isInstanceOf(PermissionDeniedException.class);
    assertThat(store.names("/top/tree/d3")).hasSize(10);
  }

  @Test
  void considersMissingEntriesDeleted() throws IOException {
    fill();
    store.server().fail("remove", "/top/tree/d3/f5", 2);
    assertThatThrownBy(() -> rmtree("/top/tree"))
        .hasMessageContaining("/top/tree/d3: directory is not empty");
  }

  @Test
  void failsIfTheConnectionIsLostAtAnyPoint() {
    int cut = 1;
    boolean whole = false;
    while (!whole) {
      store.server().heal();
      fill();
      store.server().cutAt(store.server().count() + cut);
      try {
        rmtree("/top/tree");
        whole = true;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("connection lost");
      }
      cut += 7;
    }
    assertThat(store.names("/top")).containsExactly("kept");
  }

  @Test
  void removesTwoHundredLevels() throws IOException {
    store.file("/tree" + "/d".repeat(200) + "/f", "");
    rmtree("/tree");
    assertThat(store.names("/")).isEmpty();
  }

  private void fill() {
    store.directory("/top/kept").directory("/top/tree/empty").file("/top/tree/f", "");
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 10; j++) {
        store.file("/top/tree/d%d/f%d".formatted(i, j), "");
      }
    }
    store.link("/top/tree/d1/link", "/top/kept").other("/top/tree/d1/pipe");
  }

  private void rmtree(String dir) throws IOException {
    new Directories(store, Backoff.NEVER).rmtree(dir);
  }
}
