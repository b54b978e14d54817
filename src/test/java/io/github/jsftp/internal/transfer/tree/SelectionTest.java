package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.OnError;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a tree are copied, and in which order. */
@Timeout(300)
final class SelectionTest {
  private static final Comparator<FileInfo> BIGGEST =
      Comparator.comparing(FileInfo::size).reversed();

  @TempDir Path local;
  private MemoryTransfers memory;
  private final List<FileOutcome> outcomes = new ArrayList<>();

  @BeforeEach
  void prepare() {
    memory = new MemoryTransfers(local);
  }

  @AfterEach
  void cleanUp() {
    memory.close();
  }

  private TransferOptions.Builder options() {
    return TransferOptions.builder().onFile(outcomes::add);
  }

  /** Creates a file on both sides, in the source of an upload and in that of a download. */
  private void file(String path, int size, long time) throws Exception {
    Path file = memory.file("from/" + path, "x".repeat(size));
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(time)));
    var attributes =
        AttributeChanges.times(Instant.ofEpochSecond(time), Instant.ofEpochSecond(time));
    memory.store().file("/r/from/" + path, "x".repeat(size)).with("/r/from/" + path, attributes);
  }

  /** Returns the paths of the files copied, which must be the same in both directions. */
  private List<String> copied(TransferOptions.Builder builder) throws Exception {
    outcomes.clear();
    memory.transfers().trees().getR("/r/from", local.resolve("to"), builder.build());
    List<String> down = copied();
    outcomes.clear();
    memory.transfers().trees().putR(local.resolve("from"), "/r/to", builder.build());
    assertThat(copied()).isEqualTo(down);
    return down;
  }

  private List<String> copied() {
    return outcomes.stream()
        .filter(outcome -> outcome.kind() != Kind.CREATED && outcome.kind() != Kind.DELETED)
        .map(FileOutcome::path)
        .toList();
  }

  @Test
  void copiesTheNewestOrOldestFilesInTheOrderOfTheTree() throws Exception {
    file("a", 1, 50);
    file("b/c", 1, 90);
    file("b/d", 1, 10);
    file("e", 1, 70);
    file("f/g", 1, 70);
    assertThat(copied(options().newest(1))).containsExactly("b/c");
    assertThat(Trees.describe(local.resolve("to")).keySet()).containsExactly("b", "b/c");
    assertThat(copied(options().newest(2)))
        .containsExactly("b/c", "e"); // e before f/g of that time
    assertThat(copied(options().newest(3))).containsExactly("b/c", "e", "f/g");
    assertThat(copied(options().newest(9))).containsExactly("a", "b/c", "b/d", "e", "f/g");
    assertThat(copied(options().oldest(1))).containsExactly("b/d");
    assertThat(copied(options().oldest(3))).containsExactly("a", "b/d", "e");
  }

  @Test
  void copiesInTheOrderOfAComparatorUpToALimit() throws Exception {
    file("a", 3, 50);
    file("b/c", 9, 90);
    file("b/d", 5, 10);
    file("e", 5, 70);
    assertThat(copied(options().order(BIGGEST))).containsExactly("b/c", "b/d", "e", "a");
    assertThat(copied(options().order(BIGGEST).limit(2))).containsExactly("b/c", "b/d");
    assertThat(copied(options().limit(2))).containsExactly("a", "b/c");
    assertThat(copied(options().limit(1_000))).containsExactly("a", "b/c", "b/d", "e");
    assertThat(copied(options().newest(3).order(BIGGEST.reversed())))
        .containsExactly("a", "e", "b/c");
    assertThat(copied(options().newest(3).order(BIGGEST).limit(2))).containsExactly("b/c", "e");
    assertThat(copied(options().newest(3).limit(1))).containsExactly("a");
  }

  @Test
  void composesFilterAndPredicateAndTime() throws Exception {
    file("a.csv", 0, 99);
    file("b.csv", 5, 50);
    file("c.txt", 5, 98);
    file("d/e.csv", 5, 60);
    file("d/f.csv", 5, 40);
    var some = options().filter("*.csv").select(info -> info.size() > 0);
    assertThat(copied(some)).containsExactly("b.csv", "d/e.csv", "d/f.csv");
    assertThat(copied(some.newest(2))).containsExactly("b.csv", "d/e.csv");
    assertThat(copied(some.newest(2).limit(1))).containsExactly("b.csv");
  }

  @Test
  void endsTheWalkAtTheLimit() throws Exception {
    for (int i = 100; i < 200; i++) {
      memory.store().file("/r/t/" + i + "/a", "1");
    }
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options().limit(2).build());
    assertThat(copied()).containsExactly("100/a", "101/a");
    assertThat(memory.server().count("list")).isLessThan(60); // a bounded number is listed ahead
  }

  @Test
  void preservesTheTimesOfDirectoriesThatReceiveASelectedFile() throws Exception {
    file("b/c", 1, 90);
    file("b/d", 1, 10);
    FileTime time = FileTime.from(Instant.ofEpochSecond(1_000));
    Files.setLastModifiedTime(local.resolve("from/b"), time);
    var options = options().newest(1).preserveMtime(true).build();
    memory.transfers().trees().putR(local.resolve("from"), "/r/to", options);
    assertThat(memory.store().names("/r/to/b")).containsExactly("c");
    assertThat(memory.store().info("/r/to/b").modified()).isEqualTo(time.toInstant());
    assertThat(memory.store().info("/r/to/b/c").modified()).isEqualTo(Instant.ofEpochSecond(90));
  }

  @Test
  void showsAbsolutePathsAndAttributesToThePredicate() throws Exception {
    file("b/c", 3, 90);
    var seen = new ArrayList<FileInfo>();
    var threads = new ArrayList<Thread>();
    var options =
        options()
            .select(
                info -> {
                  threads.add(Thread.currentThread());
                  return seen.add(info);
                });
    assertThat(copied(options)).containsExactly("b/c");
    assertThat(seen)
        .extracting(FileInfo::path)
        .containsExactly("/r/from/b/c", local.resolve("from/b/c").toAbsolutePath().toString());
    assertThat(seen).extracting(FileInfo::name).containsOnly("c");
    assertThat(seen).extracting(FileInfo::size).containsOnly(3L);
    assertThat(seen).extracting(FileInfo::modified).containsOnly(Instant.ofEpochSecond(90));
    assertThat(seen).allMatch(FileInfo::isFile).allMatch(FileInfo::hasMode);
    assertThat(threads).containsOnly(Thread.currentThread());
    Path relative = Path.of("").toAbsolutePath().relativize(local.resolve("from/./b"));
    seen.clear();
    memory.transfers().trees().putD(relative, "/r/rel", options.build());
    assertThat(seen.get(0).path()).endsWith("/b/c").startsWith("/").doesNotContain("/./");
  }

  @Test
  void takesLinksForFiles() throws Exception {
    file("a", 1, 50);
    Files.createSymbolicLink(local.resolve("from/l"), Path.of("a"));
    Files.getFileAttributeView(
            local.resolve("from/l"), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(FileTime.from(Instant.ofEpochSecond(60)), null, null);
    var copy = options().symlinks(Symlinks.COPY).newest(1).build();
    memory.transfers().trees().putR(local.resolve("from"), "/r/to", copy);
    assertThat(memory.store().names("/r/to")).containsExactly("l");
    outcomes.clear();
    var skip = options().symlinks(Symlinks.SKIP).newest(1).build();
    memory.transfers().trees().putR(local.resolve("from"), "/r/to", skip);
    assertThat(outcomes)
        .extracting(FileOutcome::toString)
        .containsExactly("skip l", "copy a (1 byte)");
  }

  @Test
  void selectsFilesDirectlyInADirectory() throws Exception {
    file("a", 1, 50);
    file("b/c", 1, 90);
    file("e", 1, 70);
    memory.transfers().trees().getD("/r/from", local.resolve("to"), options().newest(1).build());
    assertThat(Trees.describe(local.resolve("to")).keySet()).containsExactly("e");
    memory.transfers().trees().putD(local.resolve("from"), "/r/to", options().oldest(1).build());
    assertThat(memory.store().names("/r/to")).containsExactly("a");
  }

  @Test
  void namesAFileWhoseTimeTheServerDoesNotTell() throws Exception {
    file("a", 1, 50);
    file("b", 1, 90);
    file("c", 1, 70);
    memory.server().hidesTimesOf = "/b";
    var newest = options().newest(1);
    assertThatThrownBy(
            () -> memory.transfers().trees().getR("/r/from", local.resolve("to"), newest.build()))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining(
            "/r/from/b: the server does not tell when it was last modified, which newest needs");
    outcomes.clear();
    var tolerant = newest.onError(OnError.CONTINUE).build();
    assertThatThrownBy(
            () -> memory.transfers().trees().getR("/r/from", local.resolve("to"), tolerant))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("1 of 2 failed: b");
    assertThat(outcomes).extracting(FileOutcome::kind).contains(Kind.FAILED, Kind.COPIED);
    assertThat(copied()).containsExactly("b", "c");
    assertThat(copied(options().limit(2))).containsExactly("a", "b"); // needs no times
  }

  @Test
  void throwsTheExceptionsOfPredicateAndComparator() throws Exception {
    file("a", 1, 50);
    file("b", 1, 90);
    var mine = new IllegalStateException("mine");
    var failing = new ArrayList<TransferOptions>();
    failing.add(options().select(info -> fail(mine)).build());
    failing.add(options().order((unused, unusedToo) -> fail(mine) ? 1 : 0).build());
    failing.add(options().order((unused, unusedToo) -> fail(mine) ? 1 : 0).limit(1).build());
    for (TransferOptions options : failing) {
      assertThatThrownBy(
              () -> memory.transfers().trees().getR("/r/from", local.resolve("to"), options))
          .isSameAs(mine);
    }
  }

  private static boolean fail(RuntimeException failure) {
    throw failure;
  }

  private TransferOptions.Builder mirror() {
    return options().existing(Existing.UPDATE).deleteExtraneous(true);
  }

  @Test
  void deletesNothingFromAMirrorThatIsNotSelected() throws Exception {
    file("a", 3, 50);
    file("b", 0, 60);
    file("c", 4, 70);
    memory.store().file("/r/to/b", "1").file("/r/to/empty", "").file("/r/to/gone", "1");
    memory.store().file("/r/to/old/empty", "").file("/r/to/old/gone", "2");
    memory.store().file("/r/to/older/gone", "2");
    var full = mirror().select(info -> info.size() > 0).build();
    memory.transfers().trees().putR(local.resolve("from"), "/r/to", full);
    assertThat(memory.store().names("/r/to")).containsExactly("a", "b", "c", "empty", "old");
    assertThat(memory.store().names("/r/to/old")).containsExactly("empty");
    memory.store().file("/r/to/gone", "1");
    outcomes.clear();
    memory.transfers().trees().putR(local.resolve("from"), "/r/to", mirror().newest(1).build());
    assertThat(outcomes)
        .extracting(FileOutcome::toString)
        .containsExactly(
            "skip c", "delete empty", "delete gone", "delete old/empty", "delete old/");
    assertThat(memory.store().names("/r/to")).containsExactly("a", "b", "c");
  }

  @Test
  void showsThePredicateTheFileInTheTargetBeforeItIsDeleted() throws Exception {
    file("a", 3, 50);
    memory.store().file("/r/to/gone", "12");
    var seen = new AtomicReference<FileInfo>();
    var options =
        mirror()
            .select(
                info -> {
                  if (info.name().equals("gone")) {
                    seen.set(info);
                  }
                  return true;
                })
            .build();
    memory.transfers().trees().putR(local.resolve("from"), "/r/to", options);
    assertThat(seen.get().path()).isEqualTo("/r/to/gone");
    assertThat(seen.get().size()).isEqualTo(2);
  }

  @Test
  void refusesAMirrorOfASourceInWhichNothingIsSelected() throws Exception {
    file("a", 3, 50);
    memory.store().file("/r/to/b", "1");
    var none = mirror().select(info -> false).newest(3).build();
    assertThatThrownBy(() -> memory.transfers().trees().putR(local.resolve("from"), "/r/to", none))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("has nothing to copy");
    assertThat(memory.store().names("/r/to")).containsExactly("b");
  }

  @Test
  void selectsTheFilesOfATreeThatIsRead() throws Exception {
    file("a", 3, 50);
    file("b/c", 9, 90);
    file("b/d", 5, 10);
    file("e", 5, 70);
    assertThat(read(options().select(info -> info.size() < 9))).containsExactly("a", "b/d", "e");
    assertThat(read(options().newest(2))).containsExactly("b/c", "e");
    assertThat(read(options().oldest(2).order(BIGGEST))).containsExactly("b/d", "a");
    assertThat(read(options().order(BIGGEST).limit(3))).containsExactly("b/c", "b/d", "e");
    assertThat(read(options().limit(2))).containsExactly("a", "b/c");
    assertThat(read(options().order(BIGGEST).parallelism(1).limit(3)))
        .containsExactly("b/c", "b/d", "e");
    memory.server().hidesTimesOf = "/b/c";
    var tolerant = options().newest(2).onError(OnError.CONTINUE);
    assertThatThrownBy(() -> read(tolerant)).hasMessageContaining("1 of 3 failed: b/c");
    assertThat(copied()).containsExactly("b/c", "a", "e");
    assertThatThrownBy(() -> read(options().newest(2))).hasMessageContaining("newest needs");
  }

  private List<String> read(TransferOptions.Builder builder) throws Exception {
    outcomes.clear();
    var read = new ArrayList<String>();
    memory
        .transfers()
        .trees()
        .readTree(
            "/r/from",
            (info, in) -> {
              assertThat(in.readAllBytes()).hasSize((int) info.size());
              read.add(info.path().substring("/r/from/".length()));
            },
            builder.build());
    assertThat(copied()).isEqualTo(read);
    return read;
  }

  @Test
  void countsOnlySelectedFilesInTheTotal() throws Exception {
    file("a", 3, 50);
    file("b", 4, 60);
    file("c", 5, 70);
    var totals = new ArrayList<String>();
    var options =
        options()
            .newest(2)
            .progress(progress -> totals.add(progress.totalFiles() + " " + progress.totalBytes()))
            .build();
    var result = memory.transfers().trees().getR("/r/from", local.resolve("to"), options);
    assertThat(totals).last().isEqualTo("OptionalLong[2] OptionalLong[9]");
    assertThat(result.transferred()).isEqualTo(2);
  }
}
