package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InterruptTest {
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

  private final AtomicReference<Throwable> thrown = new AtomicReference<>();
  private volatile boolean stillInterrupted;

  private interface Work {
    void run() throws Exception;
  }

  /** Runs the work on a thread that is interrupted once the server holds back responses. */
  private void interrupted(Work work) throws Exception {
    var thread = begun(work);
    io.github.jsftp.testing.Eventually.until(
        "answers are held back", () -> !memory.server().held().isEmpty());
    end(thread);
  }

  private Thread begun(Work work) {
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                stillInterrupted = Thread.currentThread().isInterrupted();
                thrown.set(e);
              }
            });
    thread.start();
    return thread;
  }

  private void end(Thread thread) throws InterruptedException {
    thread.interrupt();
    thread.join(10_000);
    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(stillInterrupted).isTrue();
  }

  @Test
  void endsADownloadAndRemovesItsTemporaryFile() throws Exception {
    memory.store().file("/r/a", new byte[1_000_000]);
    Path file = memory.file("b", "old");
    memory.server().hold(request -> request.name().equals("read") && request.number() > 8);
    interrupted(() -> memory.transfers().get("/r/a", file, DEFAULTS));
    assertThat(file).hasContent("old");
    memory.awaitNames("b");
    memory.server().release();
  }

  @Test
  void endsAnUploadAndRemovesItsTemporaryFile() throws Exception {
    memory.store().file("/r/b", "old");
    Path file = Trees.file(local.resolve("a"), 1, 1_000_000);
    memory.server().hold(request -> request.name().equals("write"));
    interrupted(() -> memory.transfers().put(file, "/r/b", DEFAULTS));
    assertThat(memory.store().text("/r/b")).isEqualTo("old");
    io.github.jsftp.testing.Eventually.until(
        "the part is gone", () -> memory.store().names("/r").equals(List.of("b")));
    memory.server().release();
  }

  @Test
  void closesAHandleThatIsOpenedTooLate() throws Exception {
    Path file = Trees.file(local.resolve("a"), 1, 1_000_000);
    memory.server().hold(request -> request.name().equals("open"));
    interrupted(() -> memory.transfers().put(file, "/r/b", DEFAULTS));
    memory.server().release();
    io.github.jsftp.testing.Eventually.until(
        "the temporary file is removed", () -> memory.store().names("/r").isEmpty());
  }

  @Test
  void endsATreeAndLeavesNoTemporaryFile() throws Exception {
    for (int i = 0; i < 300; i++) {
      memory.store().file("/r/t/" + i, Trees.bytes(i, 5_000));
    }
    memory.server().hold(request -> request.name().equals("read") && request.number() > 300);
    interrupted(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS));
    memory.server().release();
  }

  @Test
  void endsAMirrorDuringItsDeletions() throws Exception {
    memory.file("from/a", "new");
    for (int i = 0; i < 50; i++) {
      memory.store().file("/r/t/old/" + i, "old");
    }
    memory.server().hold(request -> request.name().equals("remove"));
    var mirror = TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true).build();
    interrupted(() -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", mirror));
    assertThat(memory.store().text("/r/t/a")).isEqualTo("new");
    memory.server().release();
    memory.transfers().trees().putR(local.resolve("from"), "/r/t", mirror);
    assertThat(memory.store().names("/r/t")).containsExactly("a");
  }

  @Test
  void endsATreeThatIsStillBeingListed() throws Exception {
    memory.store().file("/r/t/a/b", "text");
    memory.server().hold(request -> request.name().equals("list"));
    interrupted(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS));
    memory.server().release();
  }

  @Test
  void endsAChecksum() throws Exception {
    memory.store().file("/r/a", new byte[1_000_000]);
    memory.server().hold(request -> request.name().equals("read") && request.number() > 8);
    interrupted(() -> memory.transfers().checksum("/r/a", "SHA-256"));
    memory.server().release();
  }

  @Test
  void endsAVerificationOfContentBeforeTheTargetAppears() throws Exception {
    memory.store().file("/r/b", "old");
    Path file = Trees.file(local.resolve("a"), 1, 100_000);
    var content = TransferOptions.builder().verify(Verify.CONTENT).build();
    memory.server().hold(request -> request.name().equals("read"));
    interrupted(() -> memory.transfers().put(file, "/r/b", content));
    assertThat(memory.store().text("/r/b")).isEqualTo("old");
    io.github.jsftp.testing.Eventually.until(
        "the part is gone", () -> memory.store().names("/r").equals(List.of("b")));
    memory.server().release();
  }

  @Test
  void endsATransferThatWaitsForBandwidth() throws Exception {
    memory.store().file("/r/a", new byte[1_000]);
    Path file = memory.file("b", "old");
    var crawling = TransferOptions.builder().maxBytesPerSecond(2).build();
    var thread =
        begun(
            () -> {
              memory.transfers().get("/r/a", file, crawling);
            });
    io.github.jsftp.testing.Eventually.until(
        "it waits for its rate", () -> thread.getState() == Thread.State.TIMED_WAITING);
    end(thread);
    assertThat(file).hasContent("old");
    memory.awaitNames("b");
  }
}
