package io.github.jsftp.internal.remote;

import io.github.jsftp.internal.async.Backoff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one rule for what a lost connection has left without an answer: what is tried again, how
 * often in a row, after which pauses, and for how long. The time of pauses does not count, so that
 * a server that refuses at once is given as many chances as one that takes its time, while one that
 * is mute costs no more than the limit. For use by one thread at a time.
 */
public final class RetryPolicy {
  private final Backoff backoff;
  private int attempts;
  private long deadline;

  /** Begins to count. */
  public RetryPolicy(Backoff backoff) {
    this.backoff = backoff;
  }

  /** Begins anew, since there was an answer in between. */
  public void restart() {
    attempts = 0;
  }

  /** Returns the pause before the next attempt, or null if another attempt cannot help. */
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

  /** Returns how long an attempt may take from now on. */
  public Duration remaining() {
    return attempts == 0
        ? backoff.limit()
        : Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
  }
}
