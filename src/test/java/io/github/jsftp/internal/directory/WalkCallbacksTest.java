package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.FailureCallback;
import io.github.jsftp.FileInfo;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WalkCallbacksTest {
  private final MemoryStore store =
      MemoryStore.create(11)
          .file("/top/b/file", "x")
          .file("/top/a", "x")
          .directory("/top/c")
          .other("/top/pipe")
          .link("/top/toFile", "a")
          .link("/top/toDirectory", "b")
          .link("/top/toNowhere", "none")
          .link("/top/toItself", ".");

  private final Directories directories = new Directories(store, Backoff.NEVER);
  private final List<String> seen = new ArrayList<>();

  @Test
  void callsBackForEveryEntryInOrder() throws IOException {
    walk(true);
    assertThat(seen)
        .containsExactly(
            "file /top/a",
            "directory /top/b",
            "file /top/b/file",
            "directory /top/c",
            "other /top/pipe",
            "directory /top/toDirectory",
            "file /top/toDirectory/file",
            "file /top/toFile",
            "directory /top/toItself",
            "other /top/toNowhere");
  }

  @Test
  void staysInTheDirectoryWithoutRecursion() throws IOException {
    walk(false);
    assertThat(seen)
        .containsExactly(
            "file /top/a",
            "directory /top/b",
            "directory /top/c",
            "other /top/pipe",
            "directory /top/toDirectory",
            "file /top/toFile",
            "directory /top/toItself",
            "other /top/toNowhere");
    assertThat(store.server().paths("list")).containsExactly("/top");
  }

  @Test
  void followsLinks() throws IOException {
    var files = new ArrayList<FileInfo>();
    directories.walkTree("/top", files::add, directory -> {}, other -> {}, true);
    assertThat(files).allMatch(FileInfo::isFile).allMatch(file -> file.size() == 1);
  }

  @Test
  void callsBackOnTheCallersThread() throws IOException {
    var threads = new ArrayList<Thread>();
    directories.walkTree(
        "/top", file -> threads.add(Thread.currentThread()), directory -> {}, other -> {}, true);
    assertThat(Set.copyOf(threads)).containsExactly(Thread.currentThread());
  }

  @Test
  void throwsTheExceptionOfACallback() {
    var mine = new IOException("enough");
    assertThatThrownBy(
            () ->
                directories.walkTree(
                    "/top",
                    file -> {
                      seen.add(file.path());
                      throw mine;
                    },
                    directory -> {},
                    other -> {},
                    true))
        .isSameAs(mine);
    assertThat(seen).hasSize(1);
    awaitNothingOpen();
  }

  @Test
  void throwsTheRuntimeExceptionOfACallback() {
    var mine = new IllegalStateException("enough");
    assertThatThrownBy(
            () ->
                directories.walkTree(
                    "/top",
                    file -> {},
                    directory -> {
                      throw mine;
                    },
                    other -> {},
                    true))
        .isSameAs(mine);
    awaitNothingOpen();
  }

  @Test
  void allowsCallbacksToUseTheSameStore() throws IOException {
    directories.walkTree(
        "/top",
        file -> seen.add(Await.result(store.stat(file.path())).path()),
        directory ->
            directories.walkTree(
                directory.path(), below -> seen.add(below.path()), d -> {}, o -> {}, false),
        other -> {},
        true);
    assertThat(seen).contains("/top/a", "/top/b/file");
  }

  @Test
  void namesItsOperationInFailures() {
    store.server().fail("list", "/top/b", 3);
    assertThatThrownBy(() -> walk(true))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/top/b: permission denied");
    assertThat(seen).containsExactly("file /top/a", "directory /top/b");
    awaitNothingOpen();
  }

  @Test
  void continuesAfterUnreadableEntriesWithAFailureCallback() throws IOException {
    store.server().fail("list", "/top/b", 3);
    store.server().fail("stat", "/top/toFile", 3);
    walkOn((path, failure) -> seen.add(path + " " + Details.of(failure).problem()));
    assertThat(seen)
        .containsExactly(
            "file /top/a",
            "directory /top/b",
            "/top/b permission denied",
            "directory /top/c",
            "other /top/pipe",
            "directory /top/toDirectory",
            "file /top/toDirectory/file",
            "/top/toFile permission denied",
            "directory /top/toItself",
            "other /top/toNowhere");
    awaitNothingOpen();
  }

  @Test
  void throwsTheExceptionOfTheFailureCallback() {
    store.server().fail("list", "/top/b", 3);
    assertThatThrownBy(
            () ->
                walkOn(
                    (path, failure) -> {
                      throw failure;
                    }))
        .isInstanceOf(PermissionDeniedException.class);
    assertThat(seen).containsExactly("file /top/a", "directory /top/b");
    awaitNothingOpen();
  }

  @Test
  void doesNotContinueWithoutARootOrAConnection() {
    FailureCallback ignoring = (path, failure) -> seen.add(path);
    store.server().fail("list", "/top", 3);
    assertThatThrownBy(() -> walkOn(ignoring)).isInstanceOf(PermissionDeniedException.class);
    store.server().heal();
    store.server().cutAt(store.server().count() + 5);
    assertThatThrownBy(() -> walkOn(ignoring)).isInstanceOf(ConnectionException.class);
    assertThat(seen).noneMatch(entry -> entry.startsWith("/"));
    awaitNothingOpen();
  }

  private void walkOn(FailureCallback onFailure) throws IOException {
    directories.walkTree(
        "/top",
        file -> seen.add("file " + file.path()),
        directory -> seen.add("directory " + directory.path()),
        other -> seen.add("other " + other.path()),
        onFailure);
  }

  @Test
  void keepsTheInterruptStatus() {
    store.server().hold(request -> true);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> walk(true)).isInstanceOf(java.io.InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    store.server().release();
    awaitNothingOpen();
  }

  private void walk(boolean recurse) throws IOException {
    directories.walkTree(
        "/top",
        file -> seen.add("file " + file.path()),
        directory -> seen.add("directory " + directory.path()),
        other -> seen.add("other " + other.path()),
        recurse);
  }

  private void awaitNothingOpen() {
    while (store.server().inFlight() > 0 || store.server().open() > 0) {
      Thread.onSpinWait();
    }
  }
}
