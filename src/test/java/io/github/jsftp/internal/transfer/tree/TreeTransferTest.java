package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.OnError;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TreeTransferTest {
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();

  @TempDir Path local;
  private MemoryTransfers memory;

  @BeforeEach
  void prepare() {
    memory = new MemoryTransfers(local);
  }

  @AfterEach
  void cleanUp() {
    memory.close();
  }

  @Test
  void copiesContentsInBothDirections() throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 3, 200, 50_000);
    Trees.createAwkward(from.resolve("awkward"));
    var up = memory.transfers().trees().putR(from, "/r/new/deep", DEFAULTS);
    var down = memory.transfers().trees().getR("/r/new/deep", local.resolve("to/deep"), DEFAULTS);
    Trees.assertEqual(local.resolve("to/deep"), from);
    assertThat(up.transferred()).isEqualTo(200 + Trees.AWKWARD_NAMES.size());
    assertThat(down.transferred()).isEqualTo(up.transferred());
    assertThat(down.bytes()).isEqualTo(up.bytes());
    assertThat(up.failures()).isEmpty();
    assertThat(up.warnings()).isEmpty();
  }

  @Test
  void copiesOnlyTheFilesDirectlyInside() throws Exception {
    memory.store().file("/r/t/a", "a").file("/r/t/sub/b", "b").file("/r/t/c", "c");
    memory.server().fail("list", "/r/t/sub", 3);
    var down = memory.transfers().trees().getD("/r/t", local.resolve("to"), DEFAULTS);
    assertThat(down.transferred()).isEqualTo(2);
    assertThat(Trees.describe(local.resolve("to")).keySet()).containsExactly("a", "c");
    memory.file("to/sub/b", "b");
    var up = memory.transfers().trees().putD(local.resolve("to"), "/r/up", DEFAULTS);
    assertThat(up.transferred()).isEqualTo(2);
    assertThat(memory.store().names("/r/up")).containsExactly("a", "c");
  }

  @Test
  void createsOnlyDirectoriesThatReceiveAFilteredFile() throws Exception {
    memory.store().file("/r/t/x/a.csv", "1").file("/r/t/y/b.txt", "2").directory("/r/t/z");
    var options = TransferOptions.builder().filter("*.csv").build();
    var down = memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(down.transferred()).isEqualTo(1);
    assertThat(down.skipped()).isZero();
    assertThat(Trees.describe(local.resolve("to")).keySet()).containsExactly("x", "x/a.csv");
  }

  @Test
  void callsTheFilterWithRelativePathsOnTheCallersThread() throws Exception {
    memory.store().file("/r/t/x/a", "1").file("/r/t/b", "2").link("/r/t/l", "b");
    var seen = new ArrayList<String>();
    var options =
        TransferOptions.builder()
            .symlinks(Symlinks.COPY)
            .filter(
                path -> {
                  seen.add(path + " " + Thread.currentThread().getName());
                  return false;
                })
            .build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    String thread = " " + Thread.currentThread().getName();
    assertThat(seen).containsExactly("b" + thread, "l" + thread, "x/a" + thread);
  }

  @Test
  void throwsTheExceptionOfTheFilter() {
    memory.store().file("/r/t/a", "1");
    var mine = new IllegalStateException("mine");
    var options =
        TransferOptions.builder()
            .filter(
                path -> {
                  throw mine;
                })
            .build();
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), options))
        .isSameAs(mine);
  }

  @Test
  void refusesAMissingSourceBeforeCreatingAnything() {
    assertThatThrownBy(
            () -> memory.transfers().trees().getR("/r/no", local.resolve("to"), DEFAULTS))
        .isInstanceOf(NoSuchPathException.class);
    assertThatThrownBy(
            () -> memory.transfers().trees().putR(local.resolve("no"), "/r/to", DEFAULTS))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(local).isEmptyDirectory();
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void refusesASourceThatIsNotADirectory() throws Exception {
    memory.store().file("/r/a", "1");
    Path file = memory.file("a", "1");
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/a", local.resolve("to"), DEFAULTS))
        .isInstanceOf(NotADirectoryException.class);
    assertThatThrownBy(() -> memory.transfers().trees().putR(file, "/r/to", DEFAULTS))
        .isInstanceOf(NotDirectoryException.class);
    assertThat(memory.names()).containsExactly("a");
    assertThat(memory.store().names("/r")).containsExactly("a");
  }

  @Test
  void refusesATargetThatIsNotADirectory() throws Exception {
    memory.store().file("/r/t/a", "1").file("/r/b", "2");
    Path file = memory.file("f", "1");
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", file, DEFAULTS))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> memory.transfers().trees().putR(local, "/r/b", DEFAULTS))
        .isInstanceOf(NotADirectoryException.class);
  }

  @Test
  void throwsTheFirstFailureWithItsPathAndCleansUp() throws Exception {
    for (int i = 0; i < 300; i++) {
      memory.store().file("/r/t/" + i, Trees.bytes(i, 5_000));
    }
    memory.server().fail("open", "/r/t/150", 3);
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/r/t/150: permission denied");
    try (var paths = Files.list(local.resolve("to"))) {
      assertThat(paths).noneMatch(path -> path.toString().endsWith(".part"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20, 100, 400, 700})
  void leavesNoTemporaryFileWhenTheConnectionIsLost(int request) throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 3, 200, 20_000);
    memory.store().directory("/r/t");
    for (int i = 0; i < 200; i++) {
      memory.store().file("/r/t/d" + i % 7 + "/" + i, Trees.bytes(i, 5_000));
    }
    memory.server().cutAt(memory.server().count() + request);
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS))
        .isInstanceOf(ConnectionException.class);
  }

  @Test
  void removesRemoteTemporaryFilesAfterAFailure() throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 3, 200, 20_000);
    memory
        .server()
        .failWhen(
            request -> request.name().equals("write") && request.number() > 300,
            request ->
                MemoryStore.failures().status("put", request.path(), 14, null, Expected.ANY, null));
    assertThatThrownBy(() -> memory.transfers().trees().putR(from, "/r/t", DEFAULTS))
        .isInstanceOf(TransferException.class);
    assertThat(memory.server().paths("remove")).isNotEmpty();
    var parts = new HashSet<>(memory.server().paths("open"));
    parts.removeAll(memory.server().paths("replace"));
    io.github.jsftp.testing.Eventually.until(
        "temporary files are left",
        () -> parts.stream().noneMatch(path -> memory.store().exists(path)));
  }

  @Test
  void copiesDeepTrees() throws Exception {
    String deep = "d/".repeat(200);
    memory.store().file("/r/t/" + deep + "file", "text");
    memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS);
    assertThat(local.resolve("to/" + deep + "file")).hasContent("text");
    memory.transfers().trees().putR(local.resolve("to"), "/r/up", DEFAULTS);
    assertThat(memory.store().text("/r/up/" + deep + "file")).isEqualTo("text");
  }

  @Test
  @Tag("long")
  void copiesWideDirectories() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      memory.store().file("/r/t/" + i, "");
    }
    var down = memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS);
    assertThat(down.transferred()).isEqualTo(5_000);
    assertThat(local.resolve("to").toFile().list()).hasSize(5_000);
  }

  @Test
  void copiesNoMoreFilesAtATimeThanAllowed() throws Exception {
    for (int i = 0; i < 100; i++) {
      memory.store().file("/r/t/" + i, "text");
    }
    var options = TransferOptions.builder().parallelism(1).build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    // A file needs two reads, a stat and a close; the close of the previous file may still be in
    // flight.
    assertThat(memory.server().peak()).isLessThanOrEqualTo(6);
  }

  @Test
  @Timeout(300)
  void acceptsAnyParallelism() throws Exception {
    memory.store().file("/r/t/a", "1").file("/r/t/b/c", "2");
    var options = TransferOptions.builder().parallelism(Integer.MAX_VALUE).build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(local.resolve("to/b/c")).hasContent("2");
  }

  @Test
  void skipsEntriesThatAreNeitherFileNorDirectoryNorLink() throws Exception {
    memory.store().other("/r/t/pipe").file("/r/t/a", "1");
    var result = memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS);
    assertThat(result.skipped()).isEqualTo(1);
    assertThat(result.warnings())
        .containsExactly("/r/t/pipe: skipped: not a file, a directory or a link");
  }

  @Test
  void preservesTimesAndModesOfDirectories() throws Exception {
    var time = Instant.parse("2020-02-29T12:00:00Z");
    var kept = new AttributeChanges(null, null, null, 0750, time, time);
    memory.store().file("/r/t/sub/a", "1").with("/r/t/sub", kept).with("/r/t", kept);
    var options = TransferOptions.builder().preserveMtime(true).preserveMode(true).build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    for (Path dir : List.of(local.resolve("to"), local.resolve("to/sub"))) {
      assertThat(Files.getLastModifiedTime(dir).toInstant()).isEqualTo(time);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir)))
          .isEqualTo("rwxr-x---");
    }
    memory.transfers().trees().putR(local.resolve("to"), "/r/up", options);
    for (String dir : List.of("/r/up", "/r/up/sub")) {
      assertThat(memory.store().info(dir).modified()).isEqualTo(time);
      assertThat(memory.store().info(dir).mode()).isEqualTo(750);
    }
  }

  @Test
  void refusesToReplaceADirectoryByAFile() throws Exception {
    memory.store().file("/r/t/a", "1");
    Files.createDirectories(local.resolve("to/a"));
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(local.resolve("to/a") + ": is a directory");
  }

  @Test
  void refusesToReplaceAFileByADirectory() throws Exception {
    memory.store().file("/r/t/a/b", "1").file("/r/up/a", "2");
    memory.file("to/a", "2");
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS))
        .isInstanceOf(NotDirectoryException.class);
    memory.file("from/a/b", "2");
    assertThatThrownBy(
            () -> memory.transfers().trees().putR(local.resolve("from"), "/r/up", DEFAULTS))
        .isInstanceOf(NotADirectoryException.class)
        .hasMessageContaining("putR /r/up/a: is not a directory");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void opensNoMoreHandlesThanTheParallelismAllows(int parallelism) throws Exception {
    for (int dir = 0; dir < 20; dir++) {
      for (int file = 0; file < 3; file++) {
        memory.store().file("/r/t/dir-" + dir + "/file-" + file, "text");
        memory.file("t/dir-" + dir + "/file-" + file, "other text");
      }
      memory.file("t/dir-" + dir + "/here", "a file");
      memory.store().file("/r/t/dir-" + dir + "/here/and/there", "in the way");
    }
    var options = TransferOptions.builder().parallelism(parallelism);
    memory.transfers().trees().getR("/r/t", local.resolve("back"), options.build());
    assertThat(memory.server().mostOpen()).isEqualTo(parallelism);
    var mirror = options.existing(Existing.UPDATE).deleteExtraneous(true).build();
    memory.transfers().trees().putR(local.resolve("t"), "/r/t", mirror);
    assertThat(memory.server().mostOpen()).isEqualTo(parallelism);
    assertThat(memory.store().text("/r/t/dir-7/here")).isEqualTo("a file");
  }

  /** Many incomplete files leave no room for one another, so failed files are retried alone. */
  @Test
  void copiesTheFilesThatFitOnAFullDisk() throws Exception {
    for (int i = 0; i < 50; i++) {
      Files.write(memory.file("t/" + i, ""), new byte[100_000]);
    }
    memory.server().requestSize = 1_000;
    memory.server().quota = 1_650_000;
    assertThatThrownBy(
            () ->
                memory
                    .transfers()
                    .trees()
                    .putR(
                        local.resolve("t"),
                        "/r/t",
                        TransferOptions.builder().onError(OnError.CONTINUE).build()))
        .isInstanceOfSatisfying(
            TransferException.class,
            e -> {
              assertThat(e.report().orElseThrow().transferred()).isEqualTo(16);
              assertThat(e.report().orElseThrow().failed()).isEqualTo(34);
            });
    assertThat(memory.store().names("/r/t")).hasSize(16);
  }
}
