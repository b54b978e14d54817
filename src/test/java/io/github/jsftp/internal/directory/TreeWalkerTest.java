package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.directory.TreeWalker.Entry;
import io.github.jsftp.internal.directory.TreeWalker.Kind;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeWalkerTest {
  private final MemoryStore store = MemoryStore.create(7);
  private final EventLoop loop = new EventLoop();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void returnsDirectoriesBeforeTheirContentAndNamesInOrder(long seed) throws IOException {
    MemoryStore shuffled =
        MemoryStore.create(seed)
            .file("/top/b/2", "")
            .file("/top/b/1", "")
            .file("/top/b.txt", "")
            .directory("/top/a/empty")
            .file("/top/a/z/deep", "")
            .file("/top/Z", "");
    assertThat(walk(shuffled, "/top", false))
        .containsExactly(
            "DIRECTORY ",
            "FILE Z",
            "DIRECTORY a",
            "DIRECTORY a/empty",
            "DIRECTORY_END a/empty",
            "DIRECTORY a/z",
            "FILE a/z/deep",
            "DIRECTORY_END a/z",
            "DIRECTORY_END a",
            "DIRECTORY b",
            "FILE b/1",
            "FILE b/2",
            "DIRECTORY_END b",
            "FILE b.txt",
            "DIRECTORY_END ");
    assertThat(shuffled.server().open()).isZero();
  }

  @Test
  void startsAtTheRoot() throws IOException {
    store.file("/a", "").file("/d/b", "");
    assertThat(walk(store, "/", false))
        .containsExactly(
            "DIRECTORY ", "FILE a", "DIRECTORY d", "FILE d/b", "DIRECTORY_END d", "DIRECTORY_END ");
    assertThat(store.server().paths("list")).containsExactly("/", "/d");
  }

  @Test
  void countsTheDepthFromTheTop() throws IOException {
    store.file("/top/a/b/c", "");
    assertThat(entries(store, "/top", false))
        .extracting(Entry::depth)
        .containsExactly(0, 1, 2, 3, 2, 1, 0);
  }

  @Test
  void listsSeveralDirectoriesAhead() throws IOException {
    for (int i = 0; i < 100; i++) {
      store.file("/top/d%02d/f".formatted(i), "");
    }
    store.server().hold(request -> request.path().startsWith("/top/d"));
    try (var walk = new TreeWalker(store, loop, "/top", false)) {
      loop.run(walk.next());
      loop.run(walk.next());
      assertThat(walk.next()).isNotDone();
      assertThat(store.server().held()).hasSize(16);
    }
  }

  @Test
  void listsOneDirectoryAtATimeIfTheServerAcceptsOneRequest() throws IOException {
    store.server().window = 1;
    for (int i = 0; i < 10; i++) {
      store.file("/top/d%02d/f".formatted(i), "");
    }
    store.server().hold(request -> request.path().startsWith("/top/d"));
    try (var walk = new TreeWalker(store, loop, "/top", false)) {
      loop.run(walk.next());
      loop.run(walk.next());
      assertThat(store.server().held()).hasSize(1);
    }
  }

  @Test
  void doesNotRunFarAhead() throws IOException {
    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 10; j++) {
        store.file("/top/d%02d/e%02d/f".formatted(i, j), "");
      }
    }
    try (var walk = new TreeWalker(store, loop, "/top", false)) {
      loop.run(walk.next());
      loop.run(walk.next());
      loop.run(walk.next());
      var never = new CompletableFuture<Void>();
      loop.runUninterruptibly(never, Duration.ofMillis(200));
      assertThat(store.server().count("list")).isLessThan(3 * 16);
    }
  }

  @Test
  void returnsTheRestOfADirectoryWithoutWaiting() throws IOException {
    for (int i = 0; i < 20_000; i++) {
      store.file("/top/f%05d".formatted(i), "");
    }
    try (var walk = new TreeWalker(store, loop, "/top", false)) {
      loop.run(walk.next());
      loop.run(walk.next());
      for (int i = 1; i < 20_000; i++) {
        assertThat(walk.next()).isDone();
      }
    }
  }

  @Test
  void goesDownTwoHundredLevels() throws IOException {
    store.file("/top" + "/d".repeat(200) + "/f", "");
    List<Entry> entries = entries(store, "/top", true);
    assertThat(entries).hasSize(403);
    assertThat(entries.get(201).kind()).isEqualTo(Kind.FILE);
    assertThat(entries.get(201).depth()).isEqualTo(201);
  }

  @Test
  void doesNotFollowLinksByDefault() throws IOException {
    store.file("/other/f", "").link("/top/dir", "/other").link("/top/dead", "nowhere");
    assertThat(walk(store, "/top", false))
        .containsExactly("DIRECTORY ", "LINK dead", "LINK dir", "DIRECTORY_END ");
    assertThat(store.server().count("realpath")).isZero();
  }

  @Test
  void followsLinksToFilesAndDirectories() throws IOException {
    store.file("/other/sub/f", "12345").link("/top/dir", "../other").link("/top/file", "dir/sub/f");
    List<Entry> entries = entries(store, "/top", true);
    assertThat(lines(entries))
        .containsExactly(
            "DIRECTORY ",
            "DIRECTORY dir",
            "DIRECTORY dir/sub",
            "FILE dir/sub/f",
            "DIRECTORY_END dir/sub",
            "DIRECTORY_END dir",
            "FILE file",
            "DIRECTORY_END ");
    assertThat(entries.get(1).info().path()).isEqualTo("/top/dir");
    assertThat(entries.get(3).info().path()).isEqualTo("/top/dir/sub/f");
    assertThat(entries.get(6).info().size()).isEqualTo(5);
  }

  @Test
  void reportsDanglingLinks() throws IOException {
    store.link("/top/dead", "nowhere").link("/top/itself", "itself").file("/top/z", "");
    List<Entry> entries = entries(store, "/top", true);
    assertThat(lines(entries))
        .containsExactly(
            "DIRECTORY ", "DANGLING_LINK dead", "DANGLING_LINK itself", "FILE z", "DIRECTORY_END ");
    assertThat(entries.get(1).info().isLink()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void doesNotEnterADirectoryThatIsItsOwnParent(boolean serverResolvesLinks) throws IOException {
    store.server().resolvesLinks = serverResolvesLinks;
    store.link("/top/a/up", "..").link("/top/self", ".").link("/top/a/here", "../a");
    assertThat(walk(store, "/top", true))
        .containsExactly(
            "DIRECTORY ",
            "DIRECTORY a",
            "LOOP a/here",
            "LOOP a/up",
            "DIRECTORY_END a",
            "LOOP self",
            "DIRECTORY_END ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void detectsALoopThroughAParentOfTheRoot(boolean serverResolvesLinks) throws IOException {
    store.server().resolvesLinks = serverResolvesLinks;
    store.link("/home/top/all", "/home").file("/home/x", "");
    assertThat(walk(store, "/home/top", true))
        .containsExactly(
            "DIRECTORY ",
            "DIRECTORY all",
            "LOOP all/top",
            "FILE all/x",
            "DIRECTORY_END all",
            "DIRECTORY_END ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void detectsALoopIfTheRootIsALink(boolean serverResolvesLinks) throws IOException {
    store.server().resolvesLinks = serverResolvesLinks;
    store.link("/alias", "/real/top").link("/real/top/up", "/real/top").file("/real/top/x", "");
    assertThat(walk(store, "/alias", true))
        .containsExactly("DIRECTORY ", "LOOP up", "FILE x", "DIRECTORY_END ");
  }

  @Test
  void entersADirectoryTwiceIfThatIsNoLoop() throws IOException {
    store.file("/other/f", "").link("/top/a", "/other").link("/top/b", "/other");
    assertThat(walk(store, "/top", true)).contains("FILE a/f", "FILE b/f");
  }

  @Test
  void queriesManyLinksConcurrentlyUpToTheLimit() throws IOException {
    store.file("/f", "");
    for (int i = 0; i < 500; i++) {
      store.link("/top/l%03d".formatted(i), "/f");
    }
    store.server().hold(request -> request.name().equals("stat") && request.number() > 5);
    try (var walk = new TreeWalker(store, loop, "/top", true)) {
      loop.run(walk.next());
      CompletableFuture<Entry> first = walk.next();
      while (store.server().held().size() < store.server().window) {
        loop.runUninterruptibly(first, Duration.ofMillis(1));
      }
      store.server().release();
      assertThat(loop.run(first).relative()).isEqualTo("l000");
      assertThat(store.server().count("stat")).isEqualTo(501);
      assertThat(store.server().peak()).isEqualTo(store.server().window);
    }
  }

  @Test
  void queriesTheTypeIfTheListingLacksIt() throws IOException {
    store.file("/top/f", "").file("/top/d/g", "").link("/top/l", "d");
    store.server().hidesTypes = true;
    assertThat(walk(store, "/top", true))
        .containsExactly(
            "DIRECTORY ",
            "DIRECTORY d",
            "FILE d/g",
            "DIRECTORY_END d",
            "FILE f",
            "DIRECTORY l",
            "FILE l/g",
            "DIRECTORY_END l",
            "DIRECTORY_END ");
  }

  @Test
  void skipsEntriesDeletedBeforeTheirTypeIsKnown() throws IOException {
    store.file("/top/a", "").file("/top/b", "");
    store.server().hidesTypes = true;
    store.server().fail("lstat", "/top/a", 2);
    assertThat(walk(store, "/top", false))
        .containsExactly("DIRECTORY ", "FILE b", "DIRECTORY_END ");
  }

  @Test
  void refusesARootThatIsNotADirectory() {
    store.file("/f", "");
    assertThatThrownBy(() -> walk(store.named("getR"), "/f", false))
        .isInstanceOf(NotADirectoryException.class)
        .hasMessage("getR /f: is not a directory [me@memory:22]");
  }

  @Test
  void refusesAMissingRoot() {
    assertThatThrownBy(() -> walk(store, "/none", true)).isInstanceOf(NoSuchPathException.class);
  }

  @Test
  void failsInPlaceOfAnEntryAndCanContinue() throws IOException {
    store.file("/top/a/f", "").file("/top/b/f", "").file("/top/c", "");
    store.server().fail("list", "/top/b", 3);
    var events = new ArrayList<String>();
    try (var walk = new TreeWalker(store, loop, "/top", false)) {
      boolean ended = false;
      while (!ended) {
        try {
          Entry entry = loop.run(walk.next());
          ended = entry == null;
          events.add(ended ? "end" : line(entry));
        } catch (PermissionDeniedException e) {
          events.add("failed " + e.path().orElseThrow());
        }
      }
    }
    assertThat(events)
        .containsExactly(
            "DIRECTORY ",
            "DIRECTORY a",
            "FILE a/f",
            "DIRECTORY_END a",
            "DIRECTORY b",
            "failed /top/b",
            "DIRECTORY_END b",
            "FILE c",
            "DIRECTORY_END ",
            "end");
  }

  @Test
  void failsAtALinkThatMayNotBeFollowed() {
    store.file("/top/a", "").link("/top/l", "/f");
    store.server().fail("stat", "/top/l", 3);
    assertThatThrownBy(() -> walk(store, "/top", true))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/top/l");
  }

  @Test
  void closesTheListingsInFlightWhenItIsClosed() throws IOException {
    for (int i = 0; i < 100; i++) {
      store.file("/top/d%02d/f".formatted(i), "");
    }
    store.server().hold(request -> request.path().startsWith("/top/d"));
    var walk = new TreeWalker(store, loop, "/top", false);
    loop.run(walk.next());
    loop.run(walk.next());
    assertThat(store.server().open()).isPositive();
    walk.close();
    store.server().release();
    while (store.server().inFlight() > 0 || store.server().open() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void failsIfTheConnectionIsLostAtAnyPoint() {
    for (int i = 0; i < 6; i++) {
      store.file("/top/d%02d/f".formatted(i), "").link("/top/l%02d".formatted(i), "d00");
    }
    int cut = 1;
    boolean whole = false;
    while (!whole) {
      store.server().heal();
      int at = store.server().count() + cut;
      store.server().cutAt(at);
      try {
        assertThat(new HashSet<>(walk(store, "/top", true))).hasSize(1 + 1 + 6 * 3 + 6 * 3);
        whole = true;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("connection lost");
      }
      cut++;
    }
    assertThat(cut).isGreaterThan(30);
  }

  private List<String> walk(MemoryStore of, String top, boolean followLinks) throws IOException {
    return lines(entries(of, top, followLinks));
  }

  private List<Entry> entries(MemoryStore of, String top, boolean followLinks) throws IOException {
    var entries = new ArrayList<Entry>();
    try (var walk = new TreeWalker(of, loop, top, followLinks)) {
      Entry entry;
      while ((entry = loop.run(walk.next())) != null) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static List<String> lines(List<Entry> entries) {
    return entries.stream().map(TreeWalkerTest::line).toList();
  }

  private static String line(Entry entry) {
    return entry.kind() + " " + entry.relative();
  }
}
