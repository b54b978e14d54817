package io.github.jsftp.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The faults of one direction, shared by all connections of a {@link FaultProxy}. */
final class FaultyDirection {
  private static final long SLICES_PER_SECOND = 100;
  private static final long CREDIT_NANOS = 5_000_000; // what a late wake-up may catch up on

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder chunks = new LongAdder();
  private final List<Long> chunkEnds = Collections.synchronizedList(new ArrayList<>());

  private volatile long delayNanos;
  private volatile long bytesPerSecond; // 0: as fast as it goes
  private volatile boolean stalled;
  private volatile long cutAfter = Long.MAX_VALUE; // bytes left of all connections together
  private volatile long cutEvery = Long.MAX_VALUE; // bytes of each connection
  private volatile Consumer<FaultConnection> end = connection -> {};
  private volatile boolean recording;
  private long lineFree;
  private final FaultProxy.Direction direction;
  private final RoundTrips roundTrips;

  FaultyDirection(FaultProxy.Direction direction, RoundTrips roundTrips) {
    this.direction = direction;
    this.roundTrips = roundTrips;
  }

  void delay(long nanos) {
    change(() -> delayNanos = nanos);
  }

  void throttle(long newBytesPerSecond) {
    change(
        () -> {
          bytesPerSecond = newBytesPerSecond;
          lineFree = System.nanoTime();
        });
  }

  void stall(boolean newStalled) {
    change(() -> stalled = newStalled);
  }

  /** Applies a fault once, to the connection that carries the last of this many further bytes. */
  void endAfter(long newBytes, Consumer<FaultConnection> how) {
    change(
        () -> {
          end = how;
          cutAfter = newBytes;
        });
  }

  /** Applies a fault to each connection that has carried this many bytes. */
  void endEvery(long newBytes, Consumer<FaultConnection> how) {
    change(
        () -> {
          end = how;
          cutEvery = newBytes;
        });
  }

  /** Removes both. */
  void neverEnd() {
    change(
        () -> {
          cutAfter = Long.MAX_VALUE;
          cutEvery = Long.MAX_VALUE;
        });
  }

  /** Wakes all waiting threads. */
  void wake() {
    change(() -> {});
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void end(FaultConnection connection) {
    end.accept(connection);
  }

  void record() {
    recording = true;
  }

  /** The positions, in bytes forwarded, at which recorded chunks ended. */
  List<Long> chunkEnds() {
    synchronized (chunkEnds) {
      return List.copyOf(chunkEnds);
    }
  }

  long bytes() {
    return bytes.sum();
  }

  long chunks() {
    return chunks.sum();
  }

  void countChunk(int length) {
    chunks.increment();
    if (recording) {
      chunkEnds.add(bytes() + length);
    }
  }

  /** Returns the number of messages in the chain up to a chunk that arrives now. */
  long arrived() {
    return roundTrips.arrived(direction);
  }

  /** Records that such a chunk is about to reach the other side. */
  void delivered(long depth) {
    roundTrips.delivered(direction, depth);
  }

  /** Returns how many of the queued bytes may be sent in one piece. */
  int slice(int wanted) {
    long rate = bytesPerSecond;
    return rate == 0 ? wanted : (int) Math.min(wanted, Math.max(1, rate / SLICES_PER_SECOND));
  }

  /** Waits until bytes that arrived at the given time may leave, or the connection is gone. */
  void awaitTurn(long arrival, int length, BooleanSupplier gone) throws InterruptedException {
    if (!stalled && delayNanos == 0 && bytesPerSecond == 0 && !roundTrips.isHeld(arrival)) {
      return;
    }
    lock.lock();
    try {
      while (!gone.getAsBoolean()) {
        long now = System.nanoTime();
        long wait = arrival + delayNanos - now;
        if (bytesPerSecond > 0) {
          wait = Math.max(wait, lineFree - now);
        }
        if (stalled || roundTrips.isHeld(arrival)) {
          changed.await();
        } else if (wait > 0) {
          changed.awaitNanos(wait);
        } else {
          if (bytesPerSecond > 0) {
            long occupied = length * 1_000_000_000L / bytesPerSecond;
            lineFree = Math.max(lineFree, now - CREDIT_NANOS) + occupied;
          }
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns how many of the bytes may pass before the connection is cut.
   *
   * @param forwarded the bytes that the connection has carried in this direction so far
   */
  int allow(int wanted, long forwarded) {
    int allowed = (int) Math.min(wanted, Math.max(0, cutEvery - forwarded));
    if (cutAfter != Long.MAX_VALUE) {
      lock.lock();
      try {
        long left = cutAfter;
        if (left != Long.MAX_VALUE) {
          allowed = (int) Math.min(allowed, left);
          cutAfter = left - allowed;
        }
      } finally {
        lock.unlock();
      }
    }
    bytes.add(allowed);
    return allowed;
  }

  /** Returns true if a connection has reached its limit; this uses up a {@code cutAfter}. */
  boolean isCut(long forwarded) {
    if (forwarded >= cutEvery) {
      return true;
    }
    if (cutAfter > 0) {
      return false;
    }
    lock.lock();
    try {
      boolean mine = cutAfter == 0;
      cutAfter = mine ? Long.MAX_VALUE : cutAfter;
      return mine;
    } finally {
      lock.unlock();
    }
  }
}
