package io.github.jsftp.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, so that tests never sleep for a guessed time. */
public final class Eventually {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long MIN_PAUSE_NANOS = 1_000_000;
  private static final long MAX_PAUSE_NANOS = 20_000_000;
  private static final long STANDSTILL_NANOS = 500_000_000;

  private Eventually() {}

  /** Waits until the condition holds; fails after two minutes. */
  public static void until(String what, BooleanSupplier condition) {
    until(() -> what, LIMIT, condition);
  }

  /** Waits until the condition holds; fails after the limit, with the description. */
  public static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
    if (!holds(limit, condition)) {
      throw new AssertionError("waited " + limit.toMillis() + " ms in vain: " + what.get());
    }
  }

  /**
   * Waits until the condition holds; returns false if the limit passes first. A time in which the
   * machine stood still does not count, as nothing else could happen in it.
   */
  public static boolean holds(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    long pause = MIN_PAUSE_NANOS;
    while (!condition.getAsBoolean()) {
      long now = System.nanoTime();
      if (now - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(pause);
      long paused = System.nanoTime() - now;
      deadline += paused > STANDSTILL_NANOS ? paused : 0;
      pause = Math.min(MAX_PAUSE_NANOS, pause * 3 / 2); // the condition may cost more than the wait
    }
    return true;
  }
}
