package io.github.jsftp.internal.remote;

import io.github.jsftp.internal.async.Backoff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is retried after a lost connection, how often in a row, after which pauses, and for
 * how long. Pauses do not count towards the time limit. If the server refuses at once, all retries
 * are made; if it does not respond, the total wait does not exceed the limit. For use by one thread
 * at a time.
 */
public final class RetryPolicy {
  private final Backoff backoff;
  private int attempts;
  private long deadline;

  /** Creates a policy. */
  public RetryPolicy(Backoff backoff) {
    this.backoff = backoff;
  }

  /** Resets the count after a reply. */
  public void restart() {
    attempts = 0;
  }

  /**
   * Returns the pause before the next attempt, or null if another attempt can't help or is not
   * allowed.
   */
  public @Nullable Duration nextPause(Throwable failure) {
    long now = System.nanoTime();
    if (attempts == 0) {
      deadline = now + backoff.limit().toNanos();
    }
    if (!ServerErrors.isLost(failure) || attempts >= backoff.retries() || deadline - now <= 0) {
      return null;
    }
    Duration pause = backoff.pause(attempts++);
    deadline += pause.toNanos();
    return pause;
  }

  /** Returns the time limit for an attempt that starts now. */
  public Duration remaining() {
    return attempts == 0
        ? backoff.limit()
        : Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
  }
}
