package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies the user's stream to a target. The stream is read on the call's thread, one block at a
 * time. Each block is sent as soon as it is read, even if it is short.
 */
final class StreamCopy {
  private static final int FIRST_BLOCK = 32 << 10;

  private final TransferCall call;
  private final StreamSource source;
  private final Target target;
  private final CopyErrors errors;
  private final LongConsumer onProgress;
  private final int maxBlock;
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private Stripe.@Nullable Writer writer;
  private int block; // in bytes; grows while the stream fills it
  private long nextOffset; // where the next block begins
  private long moved;
  private int pendingWrites;
  private boolean isReading;
  private boolean isSourceAtEnd;

  StreamCopy(
      TransferCall call,
      StreamSource source,
      Target target,
      CopyErrors errors,
      LongConsumer onProgress) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.errors = errors;
    this.onProgress = onProgress;
    maxBlock =
        Math.min(BlockCopy.MAX_BLOCK, Math.min(call.bandwidth().maxBlock(), target.blockSize()));
    block = Math.min(FIRST_BLOCK, maxBlock);
  }

  /** Starts the copy. Returns the number of bytes copied. */
  CompletableFuture<Long> run() {
    target.openWriters(1, opened -> writer = opened);
    readNext();
    return done;
  }

  private void readNext() {
    if (!isReading && !isSourceAtEnd && pendingWrites < BlockCopy.maxInFlight(call, block)) {
      isReading = true;
      // As a step of the loop, so that responses and interrupts are handled between two blocks.
      call.buffers().acquire(block, buffer -> call.loop().execute(() -> read(buffer)));
    }
  }

  private void read(ByteBuffer buffer) {
    if (isOver()) {
      call.buffers().release(buffer);
      return;
    }
    int count;
    try {
      count = source.read(call, buffer);
    } catch (UserCodeException e) {
      call.buffers().release(buffer);
      done.completeExceptionally(e);
      return;
    }
    if (count <= 0) {
      call.buffers().release(buffer);
      isReading = false;
      if (count < 0) {
        isSourceAtEnd = true;
        target.allWritesSent();
      }
      continueCopy();
      return;
    }
    if (!buffer.hasRemaining()) {
      block = Math.min(maxBlock, 2 * block);
    }
    call.bandwidth().acquire(count, () -> write(buffer.flip()));
  }

  private void write(ByteBuffer buffer) {
    Stripe.Writer to = writer;
    if (isOver() || to == null) {
      call.buffers().release(buffer);
      return;
    }
    int length = buffer.remaining();
    long offset = nextOffset;
    nextOffset += length;
    pendingWrites++;
    isReading = false;
    call.step(
        done,
        to.write(offset, buffer),
        cause -> {
          call.buffers().release(buffer);
          return errors.writeFailed(cause, moved);
        },
        nothing -> {
          call.buffers().release(buffer);
          pendingWrites--;
          moved += length;
          onProgress.accept(moved);
          continueCopy();
        });
    readNext();
  }

  private void continueCopy() {
    if (isSourceAtEnd && pendingWrites == 0) {
      done.complete(moved);
    } else if (!isOver()) {
      readNext();
    }
  }

  private boolean isOver() {
    return done.isDone() || call.isStopped();
  }
}
