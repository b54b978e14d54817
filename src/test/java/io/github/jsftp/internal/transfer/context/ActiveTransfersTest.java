package io.github.jsftp.internal.transfer.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.transfer.Transfers;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ActiveTransfersTest {
  @TempDir Path local;

  /** Such a call has found the connection open, but has sent nothing yet. */
  @Test
  void callsThatBeginDuringCloseAreCancelled() throws Exception {
    Path file = Files.writeString(local.resolve("a"), "content");
    try (var memory = new MemoryTransfers(local)) {
      Transfers transfers = memory.transfers();
      memory.server().hold(request -> request.name().equals("open"));
      var first = new CompletableFuture<Throwable>();
      var putting = new Thread(() -> first.complete(put(transfers, file, "/r/a")));
      putting.start();
      Eventually.until("a file is being opened", () -> !memory.server().held().isEmpty());

      var second = new AtomicReference<Throwable>();
      var closed = new IOException("closed");
      transfers.end(
          operation -> {
            if (second.compareAndSet(null, new IllegalStateException())) {
              second.set(put(transfers, file, "/r/b"));
            }
            return closed;
          });

      assertThat(second.get()).hasMessage("closed");
      assertThat(memory.server().paths("open")).noneMatch(path -> path.startsWith("/r/b"));
      memory.server().release();
      assertThat(first.get()).hasMessage("closed");
      putting.join();
    }
  }

  private static Throwable put(Transfers transfers, Path file, String remote) {
    return catchThrowable(() -> transfers.put(file, remote, TransferOptions.builder().build()));
  }
}
