package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves what the user's stream yields. The stream is read on the thread of the call, a block at a
 * time; each block is sent as soon as it is there, however short, while more is waited for.
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
  private int block; // grows while the stream fills it
  private long nextOffset; // where the next block begins
  private long moved;
  private int writing;
  private boolean reading;
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

  /** Starts; returns how many bytes were moved. */
  CompletableFuture<Long> run() {
    target.openWriters(1, only -> writer = only);
    readNext();
    return done;
  }

  private void readNext() {
    if (!reading && !isSourceAtEnd && writing < BlockCopy.maxInFlight(call, block)) {
      reading = true;
      // By way of the loop, so that answers and interrupts have their turn between two blocks.
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
      reading = false;
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
    writing++;
    reading = false;
    call.step(
        done,
        to.write(offset, buffer),
        cause -> {
          call.buffers().release(buffer);
          return errors.writeFailed(cause, moved);
        },
        nothing -> {
          call.buffers().release(buffer);
          writing--;
          moved += length;
          onProgress.accept(moved);
          continueCopy();
        });
    readNext();
  }

  private void continueCopy() {
    if (isSourceAtEnd && writing == 0) {
      done.complete(moved);
    } else if (!isOver()) {
      readNext();
    }
  }

  private boolean isOver() {
    return done.isDone() || call.isStopped();
  }
}
