package io.github.jsftp.internal.protocol;

import java.time.Duration;

/**
 * What is known about how many channels the server grants. Guarded by the lock of the channel pool.
 */
final class ChannelLimit {
  private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long LOSS_MEMORY_NANOS = Duration.ofMinutes(10).toNanos();

  private int grantedChannels = Integer.MAX_VALUE;
  private long refusedAt;
  private int losses; // outages that began while a further channel was opened
  private long lostAt;
  private boolean isOutageCounted; // true if the current outage is among them
  private int channelsBeforeLoss = Integer.MAX_VALUE; // the fewest at which that happened

  /** Returns true if the server may grant one more channel than this number. */
  boolean allowsMoreThan(int number) {
    if (grantedChannels < Integer.MAX_VALUE && System.nanoTime() - refusedAt > RETRY_NANOS) {
      grantedChannels = Integer.MAX_VALUE;
    }
    return number < grantedChannels;
  }

  /**
   * Records that a further channel could not be opened. That counts as a refusal, which expires
   * after a minute. Some servers end the session instead of refusing a channel, so a second outage
   * of this kind within ten minutes counts as a refusal that {@link #forgetRefusals} keeps.
   *
   * @param before the number of channels when the further one was asked for
   * @param now the number of channels now
   * @param lost true if the connection was lost
   */
  void recordFailure(int before, int now, boolean lost) {
    if (lost) {
      recordLoss(before);
    }
    grantedChannels = Math.max(1, Math.min(grantedChannels, now));
    refusedAt = System.nanoTime();
  }

  private void recordLoss(int number) {
    long now = System.nanoTime();
    if (losses > 0 && now - lostAt > LOSS_MEMORY_NANOS) {
      losses = 0;
      channelsBeforeLoss = Integer.MAX_VALUE;
    }
    if (!isOutageCounted) {
      isOutageCounted = true;
      losses++;
      lostAt = now;
    }
    channelsBeforeLoss = Math.max(1, Math.min(channelsBeforeLoss, number));
  }

  /** Forgets refusals after the connection was replaced, so that the server is asked again. */
  void forgetRefusals() {
    grantedChannels = losses > 1 ? channelsBeforeLoss : Integer.MAX_VALUE;
    isOutageCounted = false;
  }
}
