package io.github.jsftp.internal.protocol;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * Limits the number of channels. Guarded by the lock of the channel pool, except for final fields.
 */
final class ChannelLimit {
  private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long LOSS_MEMORY_NANOS = Duration.ofMinutes(10).toNanos();

  /**
   * A server is distant if replies take longer than this: most of that is the network's latency.
   */
  private static final long DISTANT_NANOS = Duration.ofMillis(4).toNanos();

  /**
   * The maximum number of channels to a nearby server, and on each further transport. There the CPU
   * is the bottleneck, and each channel has its own processes and threads on both sides.
   */
  private static final int MAX_NEARBY = 4;

  private final int maxPerTransport;
  private final IntSupplier usefulTransports;
  private int grantedChannels = Integer.MAX_VALUE;
  private long refusedAt;
  private int losses; // outages that began while a further channel was opened
  private long lostAt;
  private boolean isOutageCounted; // true if the current outage is among them
  private int channelsBeforeLoss = Integer.MAX_VALUE; // the fewest at which that happened

  /**
   * Creates a limit without refusals.
   *
   * @param maxPerTransport the maximum number of channels on one transport
   * @param usefulTransports returns how many transports are useful now
   */
  ChannelLimit(int maxPerTransport, IntSupplier usefulTransports) {
    this.maxPerTransport = maxPerTransport;
    this.usefulTransports = usefulTransports;
  }

  /**
   * Returns true if the network's latency dominates the time of replies.
   *
   * @param shortestRoundTrip the shortest time of any reply, in nanoseconds
   */
  static boolean isDistant(long shortestRoundTrip) {
    return shortestRoundTrip > DISTANT_NANOS;
  }

  /**
   * Returns the maximum number of channels that are useful.
   *
   * @param shortestRoundTrip the shortest time of any reply, in nanoseconds; 0 if not known
   */
  int usefulChannels(long shortestRoundTrip) {
    boolean near = shortestRoundTrip > 0 && !isDistant(shortestRoundTrip);
    return (near ? Math.min(maxPerTransport, MAX_NEARBY) : maxPerTransport) + extraChannels();
  }

  private int extraChannels() {
    return maxPerTransport == 1
        ? 0
        : (usefulTransports.getAsInt() - 1) * Math.min(maxPerTransport, MAX_NEARBY);
  }

  /** Returns true if one more channel than this number may be opened. */
  boolean allowsMoreThan(int number) {
    if (grantedChannels < Integer.MAX_VALUE && System.nanoTime() - refusedAt > RETRY_NANOS) {
      grantedChannels = Integer.MAX_VALUE;
    }
    return number < Math.min(grantedChannels, maxPerTransport + extraChannels());
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
