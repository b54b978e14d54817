package io.github.jsftp.internal.transfer.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.OnError;
import io.github.jsftp.Progress;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.async.UserCode;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgressTest {
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

  private final List<Progress> seen = new ArrayList<>();

  private TransferOptions watched() {
    return TransferOptions.builder().progress(seen::add).build();
  }

  @Test
  void reportsTheEndOfAFile() throws Exception {
    memory.store().file("/r/a", new byte[100]);
    memory.transfers().get("/r/a", local.resolve("b"), watched());
    Progress last = seen.get(seen.size() - 1);
    assertThat(last.done()).isTrue();
    assertThat(last.file()).isEqualTo("a");
    assertThat(last.bytes()).isEqualTo(100);
    assertThat(last.fileBytes()).isEqualTo(100);
    assertThat(last.fileSize()).hasValue(100);
    assertThat(last.files()).isEqualTo(1);
    assertThat(last.totalFiles()).hasValue(1);
    assertThat(last.totalBytes()).hasValue(100);
    assertThat(last.fraction()).hasValue(1);
  }

  @Test
  void neverDecreases() throws Exception {
    for (int i = 0; i < 400; i++) {
      memory.store().file("/r/t/" + i, Trees.bytes(i, 50_000));
    }
    memory.transfers().trees().getR("/r/t", local.resolve("to"), watched());
    assertThat(seen).isSortedAccordingTo(Comparator.comparingLong(Progress::bytes));
    assertThat(seen).isSortedAccordingTo(Comparator.comparingLong(Progress::files));
    Progress last = seen.get(seen.size() - 1);
    assertThat(last.files()).isEqualTo(400);
    assertThat(last.bytes()).isEqualTo(400 * 50_000);
    assertThat(seen.stream().filter(Progress::done)).hasSize(1);
  }

  @Test
  void knowsTheTotalOfAFile() throws Exception {
    memory.store().file("/r/a", Trees.bytes(1, 300_000));
    var slow = watched().toBuilder().maxBytesPerSecond(1_000_000).build();
    memory.transfers().get("/r/a", local.resolve("b"), slow);
    memory.transfers().put(local.resolve("b"), "/r/c", slow);
    assertThat(seen).hasSizeGreaterThan(2);
    assertThat(seen).allSatisfy(one -> assertThat(one.totalBytes()).hasValue(300_000));
    assertThat(seen).allSatisfy(one -> assertThat(one.fraction()).isPresent());
  }

  @Test
  void reportsOnOneThreadAndNotTooOften() throws Exception {
    for (int i = 0; i < 40; i++) {
      memory.store().file("/r/t/" + i, Trees.bytes(i, 15_000));
    }
    var threads = new HashSet<Thread>();
    var options =
        TransferOptions.builder()
            .maxBytesPerSecond(1_000_000)
            .progress(
                progress -> {
                  threads.add(Thread.currentThread());
                  seen.add(progress);
                })
            .build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(threads).containsExactly(Thread.currentThread());
    assertThat(seen).hasSizeGreaterThan(2);
    for (int i = 1; i < seen.size() - 1; i++) {
      assertThat(seen.get(i).elapsed().minus(seen.get(i - 1).elapsed()))
          .isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }
    Progress last = seen.get(seen.size() - 1);
    assertThat(last.done()).isTrue();
    assertThat(last.remaining()).hasValue(Duration.ZERO);
  }

  @Test
  void reachesTheTotalAlthoughFilesWereSkipped() throws Exception {
    memory.store().file("/r/t/a", "1").file("/r/t/b", "22");
    memory.file("to/b", "kept");
    var options = watched().toBuilder().existing(TransferOptions.Existing.SKIP).build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    Progress last = seen.get(seen.size() - 1);
    assertThat(last.files()).isEqualTo(2);
    assertThat(last.totalBytes()).hasValue(1);
    assertThat(last.bytes()).isEqualTo(1);
    assertThat(last.remaining()).hasValue(Duration.ZERO);
  }

  @Test
  void excludesUpToDateFilesFromTheTotal() throws Exception {
    for (int i = 0; i < 400; i++) {
      memory.store().file("/r/t/" + i, Trees.bytes(i, 5_000));
    }
    var mirror = watched().toBuilder().existing(TransferOptions.Existing.UPDATE).build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), mirror);
    memory.store().file("/r/t/z", Trees.bytes(1, 1_000_000));
    seen.clear();
    var checked = new AtomicInteger();
    var whenChecked = new ArrayList<Progress>();
    var slow =
        mirror.toBuilder()
            .maxBytesPerSecond(1_000_000)
            .onFile(outcome -> checked.incrementAndGet())
            .progress(
                progress -> {
                  seen.add(progress);
                  if (checked.get() >= 400) {
                    whenChecked.add(progress);
                  }
                })
            .build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), slow);
    assertThat(seen).hasSizeGreaterThan(2);
    assertThat(whenChecked)
        .isNotEmpty()
        .allSatisfy(one -> assertThat(one.totalBytes()).hasValue(1_000_000));
    assertThat(seen.get(seen.size() - 1).bytes()).isEqualTo(1_000_000);
  }

  @Test
  void isNotCalledAgainOnceItHasThrown() throws Exception {
    for (int i = 0; i < 200; i++) {
      memory.file("t/" + i, "text");
    }
    var calls = new AtomicInteger();
    var options =
        TransferOptions.builder()
            .progress(
                progress -> {
                  calls.incrementAndGet();
                  awaitTheNextReport(System.nanoTime());
                  throw new IllegalStateException("enough");
                })
            .build();
    memory.server().window = 200;
    memory.server().hold(request -> request.name().equals("write"));
    long began = System.nanoTime();
    var release =
        new Thread(
            () -> {
              Eventually.until("writes wait", () -> memory.server().held().size() > 100);
              awaitTheNextReport(began);
              memory.server().release();
            });
    release.start();
    assertThatThrownBy(() -> memory.transfers().trees().putR(local.resolve("t"), "/r/t", options))
        .hasMessage("enough");
    release.join();
    assertThat(calls).hasValue(1);
    assertThat(memory.store().names("/r/t")).noneMatch(name -> name.endsWith(".part"));
  }

  private void awaitTheNextReport(long last) {
    Eventually.until(
        "it is time for a further snapshot", () -> System.nanoTime() - last > 150_000_000);
  }

  @Test
  void endsTheTransferWithWhatTheListenerThrows() throws Exception {
    memory.store().file("/r/t/a", "1").file("/r/t/b", "2");
    var mine = new IllegalStateException("enough");
    var options =
        TransferOptions.builder()
            .progress(
                progress -> {
                  throw mine;
                })
            .build();
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), options))
        .isSameAs(mine);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000})
  void letsAnyFileBeCancelledBeforeItAppears(int size) throws Exception {
    memory.store().file("/r/b", "old");
    Path file = Files.write(local.resolve("a"), new byte[size]);
    Path back = memory.file("c", "old");
    var cancelled = new CancellationException();
    var options =
        TransferOptions.builder()
            .progress(
                progress -> {
                  throw cancelled;
                })
            .build();
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", options)).isSameAs(cancelled);
    assertThat(memory.store().text("/r/b")).isEqualTo("old");
    memory.store().file("/r/b", new byte[size]);
    assertThatThrownBy(() -> memory.transfers().get("/r/b", back, options)).isSameAs(cancelled);
    assertThat(back).hasContent("old");
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r", local.resolve("t"), options))
        .isSameAs(cancelled);
    assertThat(local.resolve("t/b")).doesNotExist();
  }

  @Test
  void cannotCancelACompleteTransfer() throws Exception {
    var options =
        TransferOptions.builder()
            .progress(
                progress -> {
                  if (progress.done()) {
                    throw new CancellationException("late");
                  }
                })
            .build();
    String warning =
        "the progress listener failed at the end:"
            + " java.util.concurrent.CancellationException: late";
    var put = memory.transfers().put(memory.file("t/a", "new"), "/r/b", options);
    assertThat(put.warnings()).containsExactly(warning);
    assertThat(memory.store().text("/r/b")).isEqualTo("new");
    var tree = memory.transfers().trees().putR(local.resolve("t"), "/r/t", options);
    assertThat(tree.warnings()).containsExactly(warning);
  }

  @Test
  void countsNoByteTwiceIfAFileIsRetried() throws Exception {
    Path tree = Files.createDirectory(local.resolve("t"));
    Trees.file(tree.resolve("a"), 1, 300_000);
    Trees.file(tree.resolve("b"), 2, 10);
    var writes = new AtomicInteger();
    memory
        .server()
        .failWhen(
            asked ->
                asked.name().equals("write")
                    && asked.path().contains("/.a.")
                    && writes.incrementAndGet() == 6,
            asked ->
                Results.NEW.sftpException(
                    new Details("write", asked.path(), "refused", 4, null, "me@memory:22"), null));
    var options = watched().toBuilder().onError(OnError.CONTINUE).build();
    memory.transfers().trees().putR(tree, "/r/t", options);
    assertThat(writes.get()).isGreaterThan(10);
    Progress last = seen.get(seen.size() - 1);
    assertThat(last.bytes()).isEqualTo(300_010);
    assertThat(last.totalBytes()).hasValue(300_010);
    assertThat(seen).allMatch(one -> one.fileBytes() <= one.fileSize().orElseThrow());
  }

  @Test
  void countsTheBytesOfAFileThatIsSkippedAtItsEnd() throws Exception {
    Path tree = Files.createDirectory(local.resolve("t"));
    Trees.file(tree.resolve("a"), 1, 1000);
    memory
        .server()
        .failWhen(
            asked -> {
              if (asked.name().equals("close")) {
                memory.store().file("/r/t/a", "theirs");
              }
              return false;
            },
            asked -> new AssertionError("not asked for"));
    var options = watched().toBuilder().existing(TransferOptions.Existing.SKIP).build();
    assertThat(memory.transfers().trees().putR(tree, "/r/t", options).skipped()).isEqualTo(1);
    assertThat(seen).last().extracting(Progress::bytes).isEqualTo(1000L);
    assertThat(seen).allMatch(one -> one.bytes() <= one.totalBytes().orElse(one.bytes()));
  }

  @Test
  void neverExceedsTheTotalIfASizeIsWrong() {
    var meter = new ProgressMeter(seen::add, new UserCode(() -> false));
    meter.singleFile();
    var progress = new FileProgress(meter, () -> "cpuinfo");
    progress.advanceTo(0, 500);
    progress.complete(0);
    assertThat(seen).last().extracting(Progress::fileSize).isEqualTo(OptionalLong.of(500));
    assertThat(seen).last().extracting(Progress::totalBytes).isEqualTo(OptionalLong.of(500));
  }

  @Test
  void isNotCalledMoreOftenForBeingSlow() {
    var snapshots = new ArrayList<Progress>();
    var meter =
        new ProgressMeter(
            progress -> {
              snapshots.add(progress);
              awaitTheNextReport(System.nanoTime());
            },
            new UserCode(() -> false));
    awaitTheNextReport(System.nanoTime());
    for (int i = 0; i < 20; i++) {
      meter.add("a", 20, i, 1); // right after the previous call, however long it took
    }
    assertThat(snapshots).hasSizeLessThan(10);
  }
}
