package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.resume.Resumption;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves the bytes of one file in blocks, many at a time. Every lane has some workers, each of which
 * takes the next block, reads it, writes it, and so on; a slow lane therefore gets fewer blocks and
 * holds up no other.
 */
public final class BlockCopy {
  /** What a lane to a distant server has on its way: what OpenSSH's window of a channel holds. */
  private static final int DISTANT_STRIPE_BYTES = 2 << 20;

  /** The same where the line is no bound: what stays in the processors' caches is faster. */
  private static final int NEARBY_STRIPE_BYTES = 1 << 20;

  static final int MAX_BLOCK = 256 << 10;
  private static final int FIRST_BLOCK = 32 << 10;
  private static final int MAX_WORKERS = 64;

  /** Files beyond this are worth several lanes, one for each time. */
  private static final long BYTES_PER_STRIPE = 8L << 20;

  /** After so many bytes each time it is looked whether further lanes have become worthwhile. */
  private static final long WIDEN_INTERVAL = 16L << 20;

  private final TransferCall call;
  private final Source source;
  private final Target target;
  private final CopyErrors errors;
  private final long size; // -1 while it is not known
  private final int block;
  private final boolean isSizeKnown;
  private final LongConsumer onProgress;
  private final @Nullable Resumption resumption;
  private final ArrayDeque<Stripe> parkedWorkers =
      new ArrayDeque<>(); // of workers that are too far ahead
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private long nextOffset; // where the next block begins
  private long moved;
  private long nextWiden;
  private int requestedStripes; // those asked for, which may not all come
  private @Nullable Stripe first;
  private int workers;
  private int reading;
  private int throttled; // blocks that wait for the rate to allow them
  private boolean isSourceAtEnd;
  private boolean allReadsSent;
  private boolean allWritesSent;

  /** Prepares to move as many bytes as the source says that it has. */
  BlockCopy(TransferCall call, Source source, Target target, CopyErrors errors, long size) {
    this(call, source, target, errors, size, done -> {}, null);
  }

  /**
   * Prepares to move as many bytes as the source says that it has, or what is missing of them.
   *
   * @param onProgress takes how many bytes are done after each block
   * @param resumption says where to begin and how far to go ahead, null for a copy that can't be
   *     continued
   */
  BlockCopy(
      TransferCall call,
      Source source,
      Target target,
      CopyErrors errors,
      long size,
      LongConsumer onProgress,
      @Nullable Resumption resumption) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.errors = errors;
    this.onProgress = onProgress;
    this.size = size;
    this.resumption = resumption;
    isSizeKnown = size > 0;
    int sides = Math.min(source.blockSize(), target.blockSize());
    int maxBlock = Math.min(Math.min(MAX_BLOCK, call.bandwidth().maxBlock()), sides);
    if (resumption != null) {
      maxBlock = Math.min(maxBlock, resumption.maxBlock());
      nextOffset = resumption.arrived();
      moved = nextOffset;
    }
    block = size == 0 ? Math.min(maxBlock, FIRST_BLOCK) : maxBlock;
  }

  /** Has channels come while other things are done, for a file of that many bytes. */
  public static void expectStripes(TransferCall call, long bytes) {
    int count = stripeCount(call, bytes);
    if (count > 1) {
      call.store().expectStripes(count);
    }
  }

  private static int stripeCount(TransferCall call, long bytes) {
    if (!call.options().atomic()) {
      return 1; // so that what remains after a failure has no holes
    }
    return (int) Math.min(call.store().maxStripes(), 1 + Math.max(0, bytes) / BYTES_PER_STRIPE);
  }

  /** Starts; returns how many bytes are there at the end, those from before included. */
  CompletableFuture<Long> run() {
    int count = stripeCount(call, size - nextOffset);
    requestedStripes = count;
    nextWiden = moved + WIDEN_INTERVAL;
    source.openReaders(
        count, reader -> target.openWriters(count, writer -> add(new Stripe(reader, writer))));
    return done;
  }

  /** Has further lanes come in the midst of the file, if they have become worthwhile. */
  private void widen() {
    int more = stripeCount(call, size - nextOffset) - requestedStripes;
    Stripe existing = first;
    if (existing == null || more <= 0 || isExhausted()) {
      return;
    }
    requestedStripes += more;
    source.openMoreReaders(more, reader -> add(new Stripe(reader, existing.writer())));
    target.openMoreWriters(more, writer -> add(new Stripe(existing.reader(), writer)));
  }

  private void add(Stripe stripe) {
    if (first == null) {
      first = stripe;
    }
    int maxBlock = maxInFlight(call, block);
    long useful = isSizeKnown ? (size - nextOffset + block - 1) / block : size == 0 ? 1 : maxBlock;
    for (int i = 0; i < Math.min(maxBlock, useful); i++) {
      workers++;
      runWorker(stripe);
    }
  }

  /** Returns how many blocks of this size are worth having in flight on a lane. */
  static int maxInFlight(TransferCall call, int block) {
    int bytes = call.store().isDistant() ? DISTANT_STRIPE_BYTES : NEARBY_STRIPE_BYTES;
    return Math.max(2, Math.min(MAX_WORKERS, bytes / block));
  }

  private void runWorker(Stripe stripe) {
    if (isExhausted() || done.isDone() || call.isStopped()) {
      endWorker();
    } else if (isBeyondWindow()) {
      parkedWorkers.add(stripe);
    } else {
      call.buffers().acquire(nextLength(), buffer -> prepareRead(stripe, buffer));
    }
  }

  /** Returns the size of the next block; the last one may be shorter. */
  private int nextLength() {
    return isSizeKnown ? (int) Math.min(block, size) : block;
  }

  private void prepareRead(Stripe stripe, ByteBuffer buffer) {
    if (isExhausted() || done.isDone() || call.isStopped()) {
      call.buffers().release(buffer);
      endWorker();
      return;
    } else if (isBeyondWindow()) {
      parkedWorkers.add(stripe);
      call.buffers().release(buffer);
      return;
    }
    long offset = nextOffset;
    if (isSizeKnown) {
      buffer.limit((int) Math.min(buffer.capacity(), size - offset));
    }
    nextOffset += buffer.remaining();
    reading++;
    throttled++;
    call.bandwidth().acquire(buffer.remaining(), () -> sendRead(stripe, offset, buffer));
  }

  /** Asks for a block whose turn has come. */
  private void sendRead(Stripe stripe, long offset, ByteBuffer buffer) {
    throttled--;
    if (done.isDone() || call.isStopped()) {
      call.buffers().release(buffer);
      endWorker();
      return;
    }
    read(stripe, offset, buffer);
    if (!allReadsSent && throttled == 0 && (isExhausted() || size == 0)) {
      allReadsSent = true;
      source.allReadsSent();
    }
  }

  private void read(Stripe stripe, long offset, ByteBuffer buffer) {
    int before = buffer.position();
    call.step(
        done,
        stripe.reader().read(offset + before, buffer),
        cause -> {
          call.buffers().release(buffer);
          return errors.readFailed(cause, moved);
        },
        count -> {
          if (done.isDone()) {
            call.buffers().release(buffer); // the target may have been closed after a failure
            return;
          }
          if (count <= 0) {
            isSourceAtEnd = true;
            call.bandwidth().release(buffer.remaining());
          } else if (buffer.hasRemaining()) {
            read(stripe, offset, buffer);
            return;
          }
          write(stripe, offset, buffer.flip());
        });
  }

  private void write(Stripe stripe, long offset, ByteBuffer buffer) {
    reading--;
    int length = buffer.remaining();
    if (length == 0) {
      call.buffers().release(buffer);
      checkAllWritesSent();
      runWorker(stripe);
      return;
    }
    CompletableFuture<Void> written = stripe.writer().write(offset, buffer);
    checkAllWritesSent();
    call.step(
        done,
        written,
        cause -> {
          call.buffers().release(buffer);
          return errors.writeFailed(cause, moved);
        },
        nothing -> {
          call.buffers().release(buffer);
          moved += length;
          onProgress.accept(moved);
          if (moved >= nextWiden) {
            nextWiden = moved + WIDEN_INTERVAL;
            widen();
          }
          if (resumption == null) {
            runWorker(stripe);
          } else {
            resumption.arrived(offset, length);
            unpark(stripe, resumption);
          }
        });
  }

  /** Says whether the next block would be too far beyond what has arrived without a gap. */
  private boolean isBeyondWindow() {
    return resumption != null && !resumption.isInWindow(Math.min(size, nextOffset + block));
  }

  /** Has those workers go on for which there is room, this one after those that wait. */
  private void unpark(Stripe stripe, Resumption window) {
    if (isExhausted()) {
      runWorker(stripe);
      return;
    }
    parkedWorkers.add(stripe);
    long end = nextOffset + block;
    while (!parkedWorkers.isEmpty() && window.isInWindow(Math.min(size, end))) {
      runWorker(parkedWorkers.remove());
      end += block;
    }
  }

  private void checkAllWritesSent() {
    if (!allWritesSent && isExhausted() && reading == 0) {
      allWritesSent = true;
      target.allWritesSent();
    }
  }

  private boolean isExhausted() {
    return isSourceAtEnd || (isSizeKnown && nextOffset >= size);
  }

  private void endWorker() {
    workers--;
    if (isExhausted()) {
      workers -= parkedWorkers.size();
      parkedWorkers.clear();
      if (workers == 0) {
        done.complete(moved);
      }
    }
  }
}
