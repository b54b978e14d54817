package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.transfer.context.CopyFailures;
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
  private final CopyFailures failures;
  private final LongConsumer watcher;
  private final int mostBlock;
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private Stripe.@Nullable Writer writer;
  private int block; // grows while the stream fills it
  private long next; // where the next block begins
  private long moved;
  private int writing;
  private boolean reading;
  private boolean ended;

  StreamCopy(
      TransferCall call,
      StreamSource source,
      Target target,
      CopyFailures failures,
      LongConsumer watcher) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.failures = failures;
    this.watcher = watcher;
    mostBlock =
        Math.min(BlockCopy.MOST_BLOCK, Math.min(call.bandwidth().mostBlock(), target.blockSize()));
    block = Math.min(FIRST_BLOCK, mostBlock);
  }

  /** Starts; returns how many bytes were moved. */
  CompletableFuture<Long> run() {
    target.writers(1, only -> writer = only);
    readOn();
    return done;
  }

  private void readOn() {
    if (!reading && !ended && writing < BlockCopy.mostOnALane(call, block)) {
      reading = true;
      // By way of the loop, so that answers and interrupts have their turn between two blocks.
      call.buffers().lend(block, buffer -> call.loop().execute(() -> read(buffer)));
    }
  }

  private void read(ByteBuffer buffer) {
    if (isOver()) {
      call.buffers().giveBack(buffer);
      return;
    }
    int count;
    try {
      count = source.read(call, buffer);
    } catch (UserCodeException e) {
      call.buffers().giveBack(buffer);
      done.completeExceptionally(e);
      return;
    }
    if (count <= 0) {
      call.buffers().giveBack(buffer);
      reading = false;
      if (count < 0) {
        ended = true;
        target.allGiven();
      }
      goOn();
      return;
    }
    if (!buffer.hasRemaining()) {
      block = Math.min(mostBlock, 2 * block);
    }
    call.bandwidth().take(count, () -> write(buffer.flip()));
  }

  private void write(ByteBuffer buffer) {
    Stripe.Writer to = writer;
    if (isOver() || to == null) {
      call.buffers().giveBack(buffer);
      return;
    }
    int length = buffer.remaining();
    long offset = next;
    next += length;
    writing++;
    reading = false;
    call.step(
        done,
        to.write(offset, buffer),
        cause -> {
          call.buffers().giveBack(buffer);
          return failures.writing(cause, moved);
        },
        nothing -> {
          call.buffers().giveBack(buffer);
          writing--;
          moved += length;
          watcher.accept(moved);
          goOn();
        });
    readOn();
  }

  private void goOn() {
    if (ended && writing == 0) {
      done.complete(moved);
    } else if (!isOver()) {
      readOn();
    }
  }

  private boolean isOver() {
    return done.isDone() || call.isStopped();
  }
}
