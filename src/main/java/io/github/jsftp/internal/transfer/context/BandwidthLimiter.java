package io.github.jsftp.internal.transfer.context;

import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Keeps a call below so many bytes a second, over all its files and channels. A block may leave
 * when what left before has been paid for by time; after a rest, a tenth of a second's worth may
 * leave at once. Used on the call's thread only.
 */
public final class BandwidthLimiter {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int BURSTS_PER_SECOND = 10;

  private final double bytesPerNano; // 0 for no limit
  private final int maxBlock;
  private final double burst;
  private final LongSupplier clock;
  private final Scheduler scheduler;
  private final ArrayDeque<QueuedBlock> queue = new ArrayDeque<>();
  private double balance;
  private long balanceTime;
  private boolean isScheduled;

  /** Runs a step later, on the thread of the call. */
  interface Scheduler {
    void after(long nanos, Runnable step);
  }

  private record QueuedBlock(int bytes, Runnable action) {}

  /** Keeps below a rate, or lets everything pass when there is none. */
  BandwidthLimiter(OptionalLong bytesPerSecond, LongSupplier clock, Scheduler scheduler) {
    double limit = bytesPerSecond.orElse(0);
    bytesPerNano = limit / NANOS_PER_SECOND;
    burst = limit / BURSTS_PER_SECOND;
    maxBlock = limit == 0 ? Integer.MAX_VALUE : (int) Math.max(1, burst);
    this.clock = clock;
    this.scheduler = scheduler;
    balanceTime = clock.getAsLong();
  }

  /** Returns the most bytes that should be moved at once. */
  public int maxBlock() {
    return maxBlock;
  }

  /** Runs a step that moves so many bytes: now, or as soon as they are allowed, in order. */
  public void acquire(int bytes, Runnable action) {
    if (bytesPerNano == 0) {
      action.run();
      return;
    }
    queue.add(new QueuedBlock(bytes, action));
    dispatch();
  }

  /** Takes back what was taken and not moved. */
  public void release(int bytes) {
    balance += bytes;
  }

  private void dispatch() {
    while (!isScheduled && !queue.isEmpty()) {
      long now = clock.getAsLong();
      balance = Math.min(burst, balance + (now - balanceTime) * bytesPerNano);
      balanceTime = now;
      if (balance < 0) {
        isScheduled = true;
        scheduler.after((long) Math.ceil(-balance / bytesPerNano), this::resume);
        return;
      }
      QueuedBlock queuedBlock = queue.remove();
      balance -= queuedBlock.bytes();
      queuedBlock.action().run();
    }
  }

  private void resume() {
    isScheduled = false;
    dispatch();
  }
}
