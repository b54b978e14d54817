package io.github.jsftp.internal.transfer.context;

import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Limits the bytes per second of a call, over all its files and channels. This is a token bucket
 * that may go into debt: a block starts as soon as the balance is not negative. The bucket holds a
 * tenth of a second's bytes. Used on the call's thread only.
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
  private double balance; // in bytes, negative for a debt
  private long balanceTime;
  private boolean isScheduled;

  /** Runs a step on the call's thread after a delay. */
  interface Scheduler {
    void after(long nanos, Runnable step);
  }

  private record QueuedBlock(int bytes, Runnable action) {}

  /** Creates a limiter; an empty rate means no limit. */
  BandwidthLimiter(OptionalLong bytesPerSecond, LongSupplier clock, Scheduler scheduler) {
    double limit = bytesPerSecond.orElse(0);
    bytesPerNano = limit / NANOS_PER_SECOND;
    burst = limit / BURSTS_PER_SECOND;
    maxBlock = limit == 0 ? Integer.MAX_VALUE : (int) Math.max(1, burst);
    this.clock = clock;
    this.scheduler = scheduler;
    balanceTime = clock.getAsLong();
  }

  /** Returns the largest block to move at once, in bytes. */
  public int maxBlock() {
    return maxBlock;
  }

  /**
   * Runs an action that moves this many bytes as soon as the rate allows, in order of the calls.
   */
  public void acquire(int bytes, Runnable action) {
    if (bytesPerNano == 0) {
      action.run();
      return;
    }
    queue.add(new QueuedBlock(bytes, action));
    dispatch();
  }

  /** Returns bytes that were acquired but not moved. */
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
      QueuedBlock block = queue.remove();
      balance -= block.bytes();
      block.action().run();
    }
  }

  private void resume() {
    isScheduled = false;
    dispatch();
  }
}
