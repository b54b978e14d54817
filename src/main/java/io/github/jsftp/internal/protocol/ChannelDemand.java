package io.github.jsftp.internal.protocol;

import java.time.Duration;

/**
 * Tells whether there is so much to do that a further channel to a near server pays: there it costs
 * as much processor time, in processes of the server's, as hundreds of small files. It pays where
 * there has been much to do for long, and where answers are slow to come. Safe for use by several
 * threads.
 */
final class ChannelDemand {
  private static final long SUSTAINED_NANOS = Duration.ofMillis(250).toNanos();
  private static final long SLOW_REPLY_NANOS = Duration.ofMillis(10).toNanos();
  private static final long MAX_GAP_NANOS = Duration.ofMillis(10).toNanos();

  private long lastBusyAt;
  private long busyNanos;

  /**
   * Takes down that there is much to do now; says whether a further channel pays.
   *
   * @param latestRoundTrip how long an answer has taken just now
   */
  synchronized boolean isWorthChannel(long latestRoundTrip, long now) {
    long gap = now - lastBusyAt;
    lastBusyAt = now;
    busyNanos = gap < MAX_GAP_NANOS ? busyNanos + gap : 0;
    if (busyNanos < SUSTAINED_NANOS && latestRoundTrip < SLOW_REPLY_NANOS) {
      return false;
    }
    busyNanos = 0;
    return true;
  }
}
