package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MissingDirectoriesTest {
  private final MemoryStore store = MemoryStore.create(13).directory("/home/me").file("/file", "");
  private final Directories directories = new Directories(store, Backoff.NEVER);

  @Test
  void createsMissingDirectories() throws IOException {
    directories.makedirs("/home/me/a/b/c", null);
    assertThat(store.info("/home/me/a/b/c").isDir()).isTrue();
    assertThat(store.server().paths("mkdir"))
        .containsExactly("/home/me/a", "/home/me/a/b", "/home/me/a/b/c");
  }

  @Test
  void startsBelowTheRoot() throws IOException {
    directories.makedirs("/a/b", null);
    assertThat(store.info("/a/b").isDir()).isTrue();
  }

  @Test
  void sendsOneRequestIfTheDirectoryExists() throws IOException {
    directories.makedirs("/home/me", 0700);
    directories.makedirs("/", null);
    assertThat(store.server().requests()).hasSize(2);
    assertThat(store.info("/home/me").mode()).isEqualTo(755);
  }

  @Test
  void acceptsALinkToADirectory() throws IOException {
    store.link("/link", "/home/me");
    directories.makedirs("/link", null);
    directories.makedirs("/link/a", null);
    assertThat(store.names("/home/me")).containsExactly("a");
  }

  @Test
  void setsTheExactModeOfNewDirectories() throws IOException {
    directories.makedirs("/home/me/a/b", 0500);
    assertThat(store.info("/home/me/a").mode()).isEqualTo(500);
    assertThat(store.info("/home/me/a/b").mode()).isEqualTo(500);
    assertThat(store.info("/home/me").mode()).isEqualTo(755);
    assertThat(store.server().paths("setAttributes")).containsExactly("/home/me/a/b", "/home/me/a");
  }

  @Test
  void leavesAFileAlone() {
    assertThatThrownBy(() -> directories.makedirs("/file", null))
        .isInstanceOf(PathExistsException.class)
        .hasMessage("makedirs /file: already exists and is not a directory [me@memory:22]");
  }

  @Test
  void failsBelowAFile() {
    assertThatThrownBy(() -> directories.makedirs("/file/a/b", null))
        .isInstanceOf(NotADirectoryException.class)
        .hasMessage("makedirs /file: is not a directory [me@memory:22]");
  }

  @Test
  void ignoresParentsWhoseAttributesAreDenied() throws IOException {
    store.server().fail("stat", "/home", 3);
    store.server().fail("stat", "/", 3);
    directories.makedirs("/home/me/a", null);
    directories.makedirs("/home/other", null);
    assertThat(store.names("/home")).containsExactly("me", "other");
  }

  @Test
  void acceptsADirectoryCreatedByAnotherClient() throws IOException {
    store.server().fail("stat", "/home/me/a", 2);
    store.directory("/home/me/a");
    assertThatThrownBy(() -> directories.makedirs("/home/me/a", null))
        .isInstanceOf(PathExistsException.class);
    store.server().heal();
    IntStream.range(0, 8)
        .parallel()
        .forEach(
            i -> {
              try {
                new Directories(store, Backoff.NEVER).makedirs("/home/me/x/y/z", null);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            });
    assertThat(store.info("/home/me/x/y/z").isDir()).isTrue();
  }

  @Test
  void failsIfCreatingIsDenied() {
    store.server().fail("mkdir", "/home/me/a", 3);
    assertThatThrownBy(() -> directories.makedirs("/home/me/a/b", null))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/home/me/a: permission denied");
  }

  @Test
  void failsWhenTheConnectionIsLost() {
    for (int cut = 1; cut <= 6; cut++) {
      store.server().heal();
      store.server().cutAt(store.server().count() + cut);
      String path = "/home/me/" + cut + "/b";
      assertThatThrownBy(() -> directories.makedirs(path, 0700))
          .hasMessageContaining("connection lost");
    }
  }
}
