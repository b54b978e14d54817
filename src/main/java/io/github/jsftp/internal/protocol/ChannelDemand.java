package io.github.jsftp.internal.protocol;

import java.time.Duration;

/**
 * Decides whether a further channel to a nearby server is worth its cost. The server starts
 * processes for it, which take as much CPU time as hundreds of small files. It is worth that if the
 * load has been high for long, or if replies are slow. Safe for use by several threads.
 */
final class ChannelDemand {
  private static final long SUSTAINED_NANOS = Duration.ofMillis(250).toNanos();
  private static final long SLOW_REPLY_NANOS = Duration.ofMillis(10).toNanos();
  private static final long MAX_GAP_NANOS = Duration.ofMillis(10).toNanos();

  private long lastBusyAt;
  private long busyNanos;

  /**
   * Records that the load is high now; returns true if a further channel is worth its cost.
   *
   * @param latestRoundTrip the time that the latest reply has taken, in nanoseconds
   * @param now the current {@link System#nanoTime}
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
