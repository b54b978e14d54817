package io.github.jsftp.internal.async;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often to retry after a lost connection, and the pauses before: each is twice as long as the
 * one before, with random jitter, so that many clients do not reconnect at the same time.
 *
 * @param retries the number of retries in a row; 0 for none
 * @param first the upper bound of the first pause
 * @param max the upper bound of any pause
 * @param limit the time limit for all retries in a row, pauses not counted
 */
public record Backoff(int retries, Duration first, Duration max, Duration limit) {
  /** Five retries in a row, the first after at most 0.25 s. */
  public static final Backoff DEFAULT =
      new Backoff(5, Duration.ofMillis(250), Duration.ofSeconds(30), Duration.ofSeconds(30));

  /** No retries. */
  public static final Backoff NEVER = DEFAULT.withRetries(0);

  private static final int MAX_DOUBLINGS = 30;

  /** Returns the same with another number of retries. */
  public Backoff withRetries(int times) {
    return new Backoff(times, first, max, limit);
  }

  /** Returns the same with another time limit. */
  public Backoff withLimit(Duration longest) {
    return new Backoff(retries, first, max, longest);
  }

  /**
   * Returns the pause before a retry: a random time between half of the due pause and all of it.
   *
   * @param retriesBefore the number of retries so far
   */
  public Duration pause(int retriesBefore) {
    long full = Math.min(max.toNanos(), first.toNanos() << Math.min(retriesBefore, MAX_DOUBLINGS));
    long half = Math.max(1, full / 2);
    return Duration.ofNanos(half + ThreadLocalRandom.current().nextLong(half));
  }
}
