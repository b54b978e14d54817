package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.transfer.context.Buffers;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.resume.Resumption;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies the bytes of one file in blocks, many at a time. Each stripe has several workers. A worker
 * reads the next block, writes it, and repeats. A slow stripe therefore gets fewer blocks and does
 * not delay the others.
 */
public final class BlockCopy {
  /**
   * The most bytes in flight per stripe to a distant server: the size of OpenSSH's channel window.
   */
  private static final int DISTANT_STRIPE_BYTES = 2 << 20;

  /**
   * The bytes in flight over all stripes at first, at least two blocks on each. If replies then
   * arrive quickly, the network carries more. What it does not carry yet waits in the memory of
   * sshd, which copies it again for each 32 KiB that are added.
   */
  private static final int FIRST_BYTES = 4 << 20;

  /** The round trips after which a reply no longer shows that the network carries more. */
  private static final int QUICK_ROUND_TRIPS = 2;

  /** The bytes in flight per stripe to a nearby server: fewer stay in the CPU caches. */
  private static final int NEARBY_STRIPE_BYTES = 1 << 20;

  static final int MAX_BLOCK = 256 << 10;
  private static final int FIRST_BLOCK = 32 << 10;
  private static final int MAX_WORKERS = 64;

  /** A file gets one more stripe for each of these bytes. */
  private static final long BYTES_PER_STRIPE = 8L << 20;

  /** The same during a copy, which does not wait until more stripes are open. */
  private static final long BYTES_PER_LATER_STRIPE = 4L << 20;

  private final TransferCall call;
  private final Source source;
  private final Target target;
  private final Buffers buffers;
  private final CopyErrors errors;
  private final long size; // 0 or -1 if unknown
  private final int block;
  private final boolean isSizeKnown;
  private final LongConsumer onProgress;
  private final @Nullable Resumption resumption;
  private final ArrayDeque<Stripe> parkedWorkers = new ArrayDeque<>(); // beyond the window
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private long nextOffset; // where the next block begins
  private long moved;
  private final List<Stripe> stripes = new ArrayList<>();
  private final List<Stripe.Reader> readers = new ArrayList<>();
  private final List<Stripe.Writer> writers = new ArrayList<>();
  private int requestedReaders; // the server may grant fewer
  private int requestedWriters;
  private int workers;
  private int pendingReads;
  private int throttledReads; // waiting for the bandwidth limiter
  private boolean isSourceAtEnd;
  private boolean allReadsSent;
  private boolean allWritesSent;

  /** Creates a copy of a whole file. */
  BlockCopy(TransferCall call, Source source, Target target, CopyErrors errors, long size) {
    this(call, source, target, errors, size, done -> {}, null);
  }

  /**
   * Creates a copy.
   *
   * @param size the size of the source in bytes, 0 or -1 if unknown
   * @param onProgress receives the number of bytes copied so far after each block
   * @param resumption the start offset and the window, null for a copy that can't be resumed
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
    buffers = target.buffers(call);
    this.errors = errors;
    this.onProgress = onProgress;
    this.size = size;
    this.resumption = resumption;
    isSizeKnown = size > 0;
    int supported = Math.min(source.blockSize(), target.blockSize());
    int maxBlock = Math.min(Math.min(MAX_BLOCK, call.bandwidth().maxBlock()), supported);
    if (resumption != null) {
      maxBlock = Math.min(maxBlock, resumption.maxBlock());
      nextOffset = resumption.contiguousBytes();
      moved = nextOffset;
    }
    block = size == 0 ? Math.min(maxBlock, FIRST_BLOCK) : maxBlock;
  }

  /** Starts to open the channels for a file of this size ahead of time. */
  public static void expectStripes(TransferCall call, long bytes) {
    int count = stripeCount(call, bytes, BYTES_PER_STRIPE);
    if (count > 1) {
      call.store().expectStripes(count);
    }
    if (call.isBetweenServers()) {
      expectStripes(call.forTarget(), bytes);
    }
  }

  /** Returns the number of stripes that are useful on the connection of this side. */
  private static int stripeCount(TransferCall call, long bytes, long perStripe) {
    if (!call.options().atomic()) {
      return 1; // so that a failure leaves a file without holes
    }
    long left = Math.max(0, bytes);
    return (int) Math.min(call.store().maxStripes(left), 1 + left / perStripe);
  }

  /** Starts the copy. Returns the number of bytes in the target, including those resumed. */
  CompletableFuture<Long> run() {
    requestedReaders = stripeCount(call, size - nextOffset, BYTES_PER_STRIPE);
    requestedWriters = stripeCount(call.forTarget(), size - nextOffset, BYTES_PER_STRIPE);
    source.openReaders(requestedReaders, this::addReader);
    target.openWriters(requestedWriters, this::addWriter);
    return done;
  }

  /** Opens more stripes during the copy if they have become useful. */
  private void widen() {
    if (throttledReads > 0) {
      return; // the bandwidth limiter is what the copy waits for
    }
    long left = size - nextOffset;
    int moreReaders = stripeCount(call, left, BYTES_PER_LATER_STRIPE) - requestedReaders;
    int moreWriters =
        stripeCount(call.forTarget(), left, BYTES_PER_LATER_STRIPE) - requestedWriters;
    if (moreReaders > 0 && !isExhausted()) {
      requestedReaders += moreReaders;
      source.openMoreReaders(moreReaders, this::addReader);
    }
    if (moreWriters > 0 && !isExhausted()) {
      requestedWriters += moreWriters;
      target.openMoreWriters(moreWriters, this::addWriter);
    }
  }

  private void addReader(Stripe.Reader reader) {
    readers.add(reader);
    pair();
  }

  private void addWriter(Stripe.Writer writer) {
    writers.add(writer);
    pair();
  }

  /** Pairs readers and writers. If one side has fewer, each of them serves several stripes. */
  private void pair() {
    if (readers.isEmpty() || writers.isEmpty()) {
      return;
    }
    int count = Math.max(readers.size(), writers.size());
    for (int i = 0; i < count; i++) {
      Stripe.Reader reader = readers.get(i % readers.size());
      Stripe.Writer writer = writers.get(i % writers.size());
      if (i < stripes.size()) {
        stripes.get(i).set(reader, writer);
      } else {
        var stripe = new Stripe(reader, writer);
        stripes.add(stripe);
        start(stripe);
      }
    }
  }

  private void start(Stripe stripe) {
    int count = maxInFlight(call, block);
    if (isDistant(call)) {
      int expected = Math.max(requestedReaders, requestedWriters);
      count = Math.min(count, Math.max(2, FIRST_BYTES / block / expected));
    }
    long useful = isSizeKnown ? (size - nextOffset + block - 1) / block : size == 0 ? 1 : count;
    for (int i = 0; i < Math.min(count, useful); i++) {
      addWorker(stripe);
    }
  }

  private void addWorker(Stripe stripe) {
    stripe.addWorker();
    workers++;
    runWorker(stripe);
  }

  /** Adds a worker after a block that was copied quickly, so their number doubles in that time. */
  private void grow(Stripe stripe, long taken) {
    boolean isQuick = taken < QUICK_ROUND_TRIPS * roundTrip();
    if (isQuick
        && size != 0 // then it is read in order, since it may grow meanwhile
        && !isExhausted()
        && !isBeyondWindow()
        && throttledReads == 0
        && stripe.workers() < maxInFlight(call, block)) {
      addWorker(stripe);
    }
  }

  private long roundTrip() {
    long source = call.store().roundTrip();
    return call.isBetweenServers() ? source + call.forTarget().store().roundTrip() : source;
  }

  private static boolean isDistant(TransferCall call) {
    return call.store().isDistant() || call.forTarget().store().isDistant();
  }

  /** Returns the number of blocks of this size to have in flight on a stripe. */
  static int maxInFlight(TransferCall call, int block) {
    int bytes = isDistant(call) ? DISTANT_STRIPE_BYTES : NEARBY_STRIPE_BYTES;
    if (call.isBetweenServers()) {
      bytes *= 2; // half of them are being read, the other half is being written
    }
    return Math.max(2, Math.min(MAX_WORKERS, bytes / block));
  }

  private void runWorker(Stripe stripe) {
    if (isExhausted() || done.isDone() || call.isStopped()) {
      endWorker();
    } else if (isBeyondWindow()) {
      parkedWorkers.add(stripe);
    } else {
      buffers.acquire(nextLength(), buffer -> prepareRead(stripe, buffer));
    }
  }

  /** Returns the buffer size for the next block. The last block may be shorter. */
  private int nextLength() {
    return isSizeKnown ? (int) Math.min(block, size) : block;
  }

  private void prepareRead(Stripe stripe, ByteBuffer buffer) {
    if (isExhausted() || done.isDone() || call.isStopped()) {
      buffers.release(buffer);
      endWorker();
      return;
    } else if (isBeyondWindow()) {
      parkedWorkers.add(stripe);
      buffers.release(buffer);
      return;
    }
    long offset = nextOffset;
    if (isSizeKnown) {
      buffer.limit((int) Math.min(buffer.capacity(), size - offset));
    }
    nextOffset += buffer.remaining();
    pendingReads++;
    throttledReads++;
    call.bandwidth().acquire(buffer.remaining(), () -> sendRead(stripe, offset, buffer));
  }

  /** Sends the read request for a block, once the bandwidth limiter allows. */
  private void sendRead(Stripe stripe, long offset, ByteBuffer buffer) {
    throttledReads--;
    if (done.isDone() || call.isStopped()) {
      buffers.release(buffer);
      endWorker();
      return;
    }
    read(stripe, offset, buffer, System.nanoTime());
    if (!allReadsSent && throttledReads == 0 && (isExhausted() || size == 0)) {
      allReadsSent = true;
      source.allReadsSent();
    }
  }

  private void read(Stripe stripe, long offset, ByteBuffer buffer, long begun) {
    int before = buffer.position();
    call.step(
        done,
        stripe.reader().read(offset + before, buffer),
        cause -> {
          buffers.release(buffer);
          return errors.readFailed(cause, moved);
        },
        count -> {
          if (done.isDone()) {
            buffers.release(buffer); // a failure may have closed the target
            return;
          }
          if (count <= 0) {
            isSourceAtEnd = true;
            call.bandwidth().release(buffer.remaining());
          } else if (buffer.hasRemaining()) {
            read(stripe, offset, buffer, begun);
            return;
          }
          write(stripe, offset, buffer.flip(), begun);
        });
  }

  private void write(Stripe stripe, long offset, ByteBuffer buffer, long begun) {
    pendingReads--;
    int length = buffer.remaining();
    if (length == 0) {
      buffers.release(buffer);
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
          buffers.release(buffer);
          return errors.writeFailed(cause, moved);
        },
        nothing -> {
          buffers.release(buffer);
          moved += length;
          onProgress.accept(moved);
          widen();
          grow(stripe, System.nanoTime() - begun);
          if (resumption == null) {
            runWorker(stripe);
          } else {
            resumption.recordWrite(offset, length);
            unpark(stripe, resumption);
          }
        });
  }

  /** Returns true if the next block would end beyond the window. */
  private boolean isBeyondWindow() {
    return resumption != null && !resumption.isInWindow(Math.min(size, nextOffset + block));
  }

  /** Parks this worker behind the others and runs as many as the window allows. */
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
    if (!allWritesSent && isExhausted() && pendingReads == 0) {
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
