package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.transfer.context.CopyFailures;
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
  private static final int DISTANT_LANE_BYTES = 2 << 20;

  /** The same where the line is no bound: what stays in the processors' caches is faster. */
  private static final int LANE_BYTES = 1 << 20;

  static final int MOST_BLOCK = 256 << 10;
  private static final int FIRST_BLOCK = 32 << 10;
  private static final int MOST_WORKERS = 64;

  /** Files beyond this are worth several lanes, one for each time. */
  private static final long STRIPE = 8L << 20;

  /** After so many bytes each time it is looked whether further lanes have become worthwhile. */
  private static final long LOOK = 16L << 20;

  private final TransferCall call;
  private final Source source;
  private final Target target;
  private final CopyFailures failures;
  private final long size; // -1 while it is not known
  private final int block;
  private final boolean known;
  private final LongConsumer watcher;
  private final @Nullable Resumption resumption;
  private final ArrayDeque<Stripe> parked = new ArrayDeque<>(); // of workers that are too far ahead
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private long next; // where the next block begins
  private long moved;
  private long nextLook;
  private int lanes; // those asked for, which may not all come
  private @Nullable Stripe first;
  private int workers;
  private int reading;
  private int held; // blocks that wait for the rate to allow them
  private boolean ended;
  private boolean allAsked;
  private boolean allGiven;

  /** Prepares to move as many bytes as the source says that it has. */
  BlockCopy(TransferCall call, Source source, Target target, CopyFailures failures, long size) {
    this(call, source, target, failures, size, done -> {}, null);
  }

  /**
   * Prepares to move as many bytes as the source says that it has, or what is missing of them.
   *
   * @param watcher takes how many bytes are done after each block
   * @param resumption says where to begin and how far to go ahead, null for a copy that can't be
   *     continued
   */
  BlockCopy(
      TransferCall call,
      Source source,
      Target target,
      CopyFailures failures,
      long size,
      LongConsumer watcher,
      @Nullable Resumption resumption) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.failures = failures;
    this.watcher = watcher;
    this.size = size;
    this.resumption = resumption;
    known = size > 0;
    int sides = Math.min(source.blockSize(), target.blockSize());
    int most = Math.min(Math.min(MOST_BLOCK, call.bandwidth().mostBlock()), sides);
    if (resumption != null) {
      most = Math.min(most, resumption.mostBlock());
      next = resumption.arrived();
      moved = next;
    }
    block = size == 0 ? Math.min(most, FIRST_BLOCK) : most;
  }

  /** Has channels come while other things are done, for a file of that many bytes. */
  public static void announce(TransferCall call, long bytes) {
    int wanted = stripes(call, bytes);
    if (wanted > 1) {
      call.store().expectStripes(wanted);
    }
  }

  private static int stripes(TransferCall call, long bytes) {
    if (!call.options().atomic()) {
      return 1; // so that what remains after a failure has no holes
    }
    return (int) Math.min(call.store().maxStripes(), 1 + Math.max(0, bytes) / STRIPE);
  }

  /** Starts; returns how many bytes are there at the end, those from before included. */
  CompletableFuture<Long> run() {
    int wanted = stripes(call, size - next);
    lanes = wanted;
    nextLook = moved + LOOK;
    source.readers(
        wanted, reader -> target.writers(wanted, writer -> add(new Stripe(reader, writer))));
    return done;
  }

  /** Has further lanes come in the midst of the file, if they have become worthwhile. */
  private void widen() {
    int more = stripes(call, size - next) - lanes;
    Stripe one = first;
    if (one == null || more <= 0 || isExhausted()) {
      return;
    }
    lanes += more;
    source.moreReaders(more, reader -> add(new Stripe(reader, one.writer())));
    target.moreWriters(more, writer -> add(new Stripe(one.reader(), writer)));
  }

  private void add(Stripe stripe) {
    if (first == null) {
      first = stripe;
    }
    int most = mostOnALane(call, block);
    long useful = known ? (size - next + block - 1) / block : size == 0 ? 1 : most;
    for (int i = 0; i < Math.min(most, useful); i++) {
      workers++;
      work(stripe);
    }
  }

  /** Returns how many blocks of this size are worth having in flight on a lane. */
  static int mostOnALane(TransferCall call, int block) {
    int bytes = call.store().isDistant() ? DISTANT_LANE_BYTES : LANE_BYTES;
    return Math.max(2, Math.min(MOST_WORKERS, bytes / block));
  }

  private void work(Stripe stripe) {
    if (isExhausted() || done.isDone() || call.isStopped()) {
      endWorker();
    } else if (isTooFar()) {
      parked.add(stripe);
    } else {
      call.buffers().lend(length(), buffer -> take(stripe, buffer));
    }
  }

  /** Returns the size of the next block; the last one may be shorter. */
  private int length() {
    return known ? (int) Math.min(block, size) : block;
  }

  private void take(Stripe stripe, ByteBuffer buffer) {
    if (isExhausted() || done.isDone() || call.isStopped()) {
      call.buffers().giveBack(buffer);
      endWorker();
      return;
    } else if (isTooFar()) {
      parked.add(stripe);
      call.buffers().giveBack(buffer);
      return;
    }
    long offset = next;
    if (known) {
      buffer.limit((int) Math.min(buffer.capacity(), size - offset));
    }
    next += buffer.remaining();
    reading++;
    held++;
    call.bandwidth().take(buffer.remaining(), () -> ask(stripe, offset, buffer));
  }

  /** Asks for a block whose turn has come. */
  private void ask(Stripe stripe, long offset, ByteBuffer buffer) {
    held--;
    if (done.isDone() || call.isStopped()) {
      call.buffers().giveBack(buffer);
      endWorker();
      return;
    }
    read(stripe, offset, buffer);
    if (!allAsked && held == 0 && (isExhausted() || size == 0)) {
      allAsked = true;
      source.allAsked();
    }
  }

  private void read(Stripe stripe, long offset, ByteBuffer buffer) {
    int before = buffer.position();
    call.step(
        done,
        stripe.reader().read(offset + before, buffer),
        cause -> {
          call.buffers().giveBack(buffer);
          return failures.reading(cause, moved);
        },
        count -> {
          if (done.isDone()) {
            call.buffers().giveBack(buffer); // the target may have been closed after a failure
            return;
          }
          if (count <= 0) {
            ended = true;
            call.bandwidth().giveBack(buffer.remaining());
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
      call.buffers().giveBack(buffer);
      tellAllGiven();
      work(stripe);
      return;
    }
    CompletableFuture<Void> written = stripe.writer().write(offset, buffer);
    tellAllGiven();
    call.step(
        done,
        written,
        cause -> {
          call.buffers().giveBack(buffer);
          return failures.writing(cause, moved);
        },
        nothing -> {
          call.buffers().giveBack(buffer);
          moved += length;
          watcher.accept(moved);
          if (moved >= nextLook) {
            nextLook = moved + LOOK;
            widen();
          }
          if (resumption == null) {
            work(stripe);
          } else {
            resumption.arrived(offset, length);
            goOn(stripe, resumption);
          }
        });
  }

  /** Says whether the next block would be too far beyond what has arrived without a gap. */
  private boolean isTooFar() {
    return resumption != null && !resumption.allows(Math.min(size, next + block));
  }

  /** Has those workers go on for which there is room, this one after those that wait. */
  private void goOn(Stripe stripe, Resumption window) {
    if (isExhausted()) {
      work(stripe);
      return;
    }
    parked.add(stripe);
    long end = next + block;
    while (!parked.isEmpty() && window.allows(Math.min(size, end))) {
      work(parked.remove());
      end += block;
    }
  }

  private void tellAllGiven() {
    if (!allGiven && isExhausted() && reading == 0) {
      allGiven = true;
      target.allGiven();
    }
  }

  private boolean isExhausted() {
    return ended || (known && next >= size);
  }

  private void endWorker() {
    workers--;
    if (isExhausted()) {
      workers -= parked.size();
      parked.clear();
      if (workers == 0) {
        done.complete(moved);
      }
    }
  }
}
