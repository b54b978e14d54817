package io.github.jsftp.internal.async;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often to try again after a lost connection, and how long to wait before: twice as long each
 * time, and never for the same time, so that many clients do not come back all at once.
 *
 * @param retries how often in a row; 0 for never
 * @param first the longest that the first wait may be
 * @param max the longest that any may be
 * @param limit how long to try in a row, not counting the waits in between
 */
public record Backoff(int retries, Duration first, Duration max, Duration limit) {
  /** Tries five times in a row, the first time at once or nearly so. */
  public static final Backoff DEFAULT =
      new Backoff(5, Duration.ofMillis(250), Duration.ofSeconds(30), Duration.ofSeconds(30));

  /** Never tries again. */
  public static final Backoff NEVER = DEFAULT.withRetries(0);

  private static final int MAX_DOUBLINGS = 30;

  /** Returns the same with fewer or more retries; what never tries again stays so. */
  public Backoff withRetries(int times) {
    return new Backoff(times, first, max, limit);
  }

  /** Returns the same with another limit. */
  public Backoff withLimit(Duration longest) {
    return new Backoff(retries, first, max, longest);
  }

  /**
   * Returns how long to wait: at least half of what is due, the rest by chance.
   *
   * @param retriesBefore how often it has been tried again before
   */
  public Duration pause(int retriesBefore) {
    long full = Math.min(max.toNanos(), first.toNanos() << Math.min(retriesBefore, MAX_DOUBLINGS));
    long half = Math.max(1, full / 2);
    return Duration.ofNanos(half + ThreadLocalRandom.current().nextLong(half));
  }
}
