package io.github.jsftp.internal.async;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often to try again after a lost connection, and how long to wait before: twice as long each
 * time, and never for the same time, so that many clients do not come back all at once.
 *
 * @param retries how often in a row; 0 for never
 * @param first the longest that the first wait may be
 * @param most the longest that any may be
 * @param limit how long to try in a row, not counting the waits in between
 */
public record Backoff(int retries, Duration first, Duration most, Duration limit) {
  /** Tries five times in a row, the first time at once or nearly so. */
  public static final Backoff USUAL =
      new Backoff(5, Duration.ofMillis(250), Duration.ofSeconds(30), Duration.ofSeconds(30));

  /** Never tries again. */
  public static final Backoff NEVER = USUAL.atMost(0);

  private static final int MOST_DOUBLINGS = 30;

  /** Returns the same with fewer or more retries; what never tries again stays so. */
  public Backoff atMost(int times) {
    return new Backoff(times, first, most, limit);
  }

  /** Returns the same with another limit. */
  public Backoff within(Duration longest) {
    return new Backoff(retries, first, most, longest);
  }

  /**
   * Returns how long to wait: at least half of what is due, the rest by chance.
   *
   * @param failed how often it has been tried again before
   */
  public Duration pause(int failed) {
    long due = Math.min(most.toNanos(), first.toNanos() << Math.min(failed, MOST_DOUBLINGS));
    long half = Math.max(1, due / 2);
    return Duration.ofNanos(half + ThreadLocalRandom.current().nextLong(half));
  }
}
