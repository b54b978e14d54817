package io.github.jsftp.internal.protocol;

import java.time.Duration;

/**
 * Tells whether there is so much to do that a further channel to a near server pays: there it costs
 * as much processor time, in processes of the server's, as hundreds of small files. It pays where
 * there has been much to do for long, and where answers are slow to come. Safe for use by several
 * threads.
 */
final class ChannelDemand {
  private static final long ENOUGH_NANOS = Duration.ofMillis(250).toNanos();
  private static final long SLOW_NANOS = Duration.ofMillis(10).toNanos();
  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private long seenAt;
  private long lasted;

  /**
   * Takes down that there is much to do now; says whether a further channel pays.
   *
   * @param answer how long an answer has taken just now
   */
  synchronized boolean isEnough(long answer, long now) {
    long since = now - seenAt;
    seenAt = now;
    lasted = since < PAUSE_NANOS ? lasted + since : 0;
    if (lasted < ENOUGH_NANOS && answer < SLOW_NANOS) {
      return false;
    }
    lasted = 0;
    return true;
  }
}
