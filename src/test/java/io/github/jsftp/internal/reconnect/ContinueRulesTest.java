package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OnError;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContinueRulesTest {
  private static final TransferOptions CONTINUE =
      TransferOptions.builder().onError(OnError.CONTINUE).build();

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

  private static TreeResult report(ThrowingCallable call) {
    return catchThrowableOfType(TransferException.class, call).report().orElseThrow();
  }

  private static List<String> paths(TreeResult report) {
    return report.failures().stream().map(FileOutcome::path).toList();
  }

  @Test
  void copiesAllFilesButThoseThatFail() {
    for (int i = 0; i < 300; i++) {
      memory.store().file("/r/t/%03d".formatted(i), Trees.bytes(i, 5_000));
    }
    for (String bad : List.of("/r/t/007", "/r/t/150", "/r/t/151", "/r/t/299")) {
      memory.server().fail("open", bad, 3);
    }
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), CONTINUE))
        .hasMessage("getR /r/t: 4 of 300 failed: 007, 150, 151 and 1 more [me@memory:22]")
        .hasCauseInstanceOf(PermissionDeniedException.class)
        .isInstanceOfSatisfying(
            TransferException.class,
            e -> {
              var report = e.report().orElseThrow();
              assertThat(paths(report)).containsExactly("007", "150", "151", "299");
              assertThat(report.failed()).isEqualTo(4);
              assertThat(report.transferred()).isEqualTo(296);
              assertThat(e.bytes()).isEqualTo(296 * 5_000);
              assertThat(e.source()).isEqualTo("/r/t");
              assertThat(e.target()).isEqualTo(local.resolve("to").toString());
            });
    assertThat(local.resolve("to").toFile().list()).hasSize(296);
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "read"})
  void leavesNothingBehindOfFailedDownloads(String request) {
    for (int i = 0; i < 200; i++) {
      memory.store().file("/r/t/" + i, Trees.bytes(i, i % 10 == 0 ? 3_000_000 : 5_000));
    }
    memory.server().window = 4;
    memory
        .server()
        .failWhen(
            each -> each.name().equals(request) && each.path().endsWith("0"),
            each ->
                MemoryStore.failures().status("getR", each.path(), 4, null, Expected.ANY, null));
    var report =
        report(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), CONTINUE));
    assertThat(report.failed()).isEqualTo(20);
    assertThat(report.transferred()).isEqualTo(180);
    assertThat(local.resolve("to").toFile().list()).hasSize(180);
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "write", "replace"})
  void leavesNothingBehindOfFailedUploads(String request) throws Exception {
    for (int i = 0; i < 100; i++) {
      Path file = memory.file("from/" + i, "");
      Trees.file(file, i, i % 10 == 0 ? 3_000_000 : 5_000);
    }
    memory.server().window = 4;
    memory
        .server()
        .failWhen(
            each -> each.name().equals(request) && each.path().matches(".*/\\.[0-9]*0\\.jsftp.*"),
            each ->
                MemoryStore.failures().status("putR", each.path(), 4, null, Expected.ANY, null));
    var report =
        report(() -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", CONTINUE));
    assertThat(report.failed()).isEqualTo(10);
    assertThat(memory.store().names("/r/t")).hasSize(90).noneMatch(name -> name.startsWith("."));
  }

  @Test
  void countsADirectoryThatCannotBeListedOnce() throws Exception {
    memory.store().file("/r/t/a/b/c", "1").file("/r/t/a/d", "1").file("/r/t/z", "1");
    memory.server().fail("list", "/r/t/a", 3);
    var report =
        report(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), CONTINUE));
    assertThat(paths(report)).containsExactly("a");
    assertThat(report.transferred()).isEqualTo(1);
    assertThat(local.resolve("to/z")).exists();
  }

  @Test
  void countsADirectoryThatCannotBeCreatedOnce() throws Exception {
    memory.file("from/a/b/c", "1");
    memory.file("from/a/d", "1");
    memory.file("from/z", "1");
    memory.server().fail("mkdir", "/r/t/a", 3);
    for (var options : List.of(CONTINUE, CONTINUE.toBuilder().filter("*").build())) {
      var report =
          report(() -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", options));
      assertThat(paths(report)).containsExactly("a");
      assertThat(report.failed()).isEqualTo(1);
    }
    assertThat(memory.store().names("/r/t")).containsExactly("z");
  }

  @Test
  void countsAnUnlistableDirectoryTogetherWithItsUncreatableParent() throws Exception {
    memory.store().file("/r/t/a/b/c", "1").file("/r/t/z", "1");
    memory.server().fail("list", "/r/t/a/b", 3);
    memory.file("to/a", "in the way");
    var report =
        report(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), CONTINUE));
    assertThat(paths(report)).containsExactly("a");
  }

  @Test
  void continuesAfterMissingSourcesAndBlockedTargets() throws Exception {
    memory.store().file("/r/t/dir", "1").file("/r/t/gone", "1").file("/r/t/good", "1");
    memory.server().fail("open", "/r/t/gone", 2);
    Files.createDirectories(local.resolve("to/dir"));
    var report =
        report(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), CONTINUE));
    assertThat(paths(report)).containsExactly("dir", "gone");
    assertThat(report.failures().get(0).failure().orElseThrow())
        .isInstanceOf(FileSystemException.class);
    assertThat(report.failures().get(1).failure().orElseThrow())
        .isInstanceOf(NoSuchPathException.class);
    assertThat(local.resolve("to/good")).exists();
  }

  @Test
  void keepsAThousandFailuresAndCountsTheRest() {
    for (int i = 0; i < 1_500; i++) {
      memory.store().file("/r/t/%04d".formatted(i), "");
    }
    memory
        .server()
        .failWhen(
            each -> each.name().equals("open"),
            each ->
                MemoryStore.failures().status("getR", each.path(), 3, null, Expected.ANY, null));
    var report =
        report(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), CONTINUE));
    assertThat(report.failed()).isEqualTo(1_500);
    assertThat(paths(report)).hasSize(1_000).isSorted().first().isEqualTo("0000");
    assertThat(paths(report).get(999)).isEqualTo("0999");
  }

  @Test
  void failsAtOnceIfTheTopDirectoryCannotBeReadOrCreated() {
    memory.store().file("/r/t/a", "1").file("/r/file", "1");
    assertThatThrownBy(
            () -> memory.transfers().trees().getR("/r/no", local.resolve("to"), CONTINUE))
        .isInstanceOf(NoSuchPathException.class);
    memory.server().fail("mkdir", "/r/new", 3);
    assertThatThrownBy(() -> memory.transfers().trees().putR(local, "/r/new", CONTINUE))
        .isInstanceOf(PermissionDeniedException.class);
    memory.server().fail("list", "/r/t", 3);
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), CONTINUE))
        .isInstanceOf(PermissionDeniedException.class);
  }

  @Test
  void failsAtOnceWhenTheConnectionIsLost() {
    for (int i = 0; i < 300; i++) {
      memory.store().file("/r/t/" + i, "1");
    }
    memory.server().cutAt(100);
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), CONTINUE))
        .isInstanceOf(ConnectionException.class);
  }

  @Test
  void failsAtOnceWhenUserCodeThrowsOrTheThreadIsInterrupted() throws Exception {
    memory.file("from/a", "1");
    var mine = new IllegalArgumentException("mine");
    var throwing =
        CONTINUE.toBuilder()
            .filter(
                path -> {
                  throw mine;
                })
            .build();
    assertThatThrownBy(
            () -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", throwing))
        .isSameAs(mine);
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", CONTINUE))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
