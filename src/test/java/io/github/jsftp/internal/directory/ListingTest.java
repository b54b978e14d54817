package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ListingTest {
  private final MemoryStore store = MemoryStore.create(3);
  private final Directories directories = new Directories(store, Backoff.NEVER);

  @Test
  void listsEveryEntry() throws IOException {
    fill(1234);
    try (Stream<FileInfo> entries = directories.list("/dir")) {
      assertThat(entries.map(FileInfo::name).sorted())
          .containsExactlyElementsOf(store.names("/dir"));
    }
    assertThat(store.server().open()).isZero();
  }

  @Test
  void requestsNoMoreThanIsRead() throws IOException {
    fill(1000);
    try (Stream<FileInfo> entries = directories.list("/dir")) {
      assertThat(entries.limit(150).count()).isEqualTo(150);
    }
    assertThat(store.server().count("next")).isEqualTo(2);
    assertThat(store.server().open()).isZero();
  }

  @Test
  void listsAnEmptyDirectory() throws IOException {
    store.directory("/dir");
    try (Stream<FileInfo> entries = directories.list("/dir")) {
      assertThat(entries).isEmpty();
    }
  }

  @Test
  void failsAtTheCallIfTheDirectoryIsMissing() {
    store.file("/file", "");
    assertThatThrownBy(() -> directories.list("/none"))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessage("list /none: no such file or directory [SSH_FX_NO_SUCH_FILE, me@memory:22]");
    assertThatThrownBy(() -> directories.list("/file")).isInstanceOf(NotADirectoryException.class);
  }

  @Test
  void throwsUncheckedFromWithinTheStream() throws IOException {
    fill(1000);
    try (Stream<FileInfo> entries = directories.list("/dir")) {
      store.server().cutAt(store.server().count() + 3);
      assertThatThrownBy(entries::count)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("connection lost");
    }
    assertThat(store.server().open()).isZero();
  }

  @Test
  void sortsByName() throws IOException {
    store.file("/dir/b", "").file("/dir/a b", "").directory("/dir/B").link("/dir/a", "none");
    assertThat(directories.sorted("listdirAttr", "/dir"))
        .extracting(FileInfo::name)
        .containsExactly("B", "a", "a b", "b");
    assertThat(directories.sorted("listdirAttr", "/dir").get(1).isLink()).isTrue();
  }

  @Test
  void sortsInTheRootToo() throws IOException {
    store.file("/b", "").file("/a", "");
    assertThat(directories.sorted("listdirAttr", "/"))
        .extracting(FileInfo::path)
        .containsExactly("/a", "/b");
  }

  @Test
  void namesItsOperationInFailures() {
    assertThatThrownBy(() -> directories.sorted("listdirAttr", "/none"))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("listdirAttr /none: no such");
  }

  private void fill(int files) {
    IntStream.range(0, files).forEach(i -> store.file("/dir/f%05d".formatted(i), ""));
  }
}
