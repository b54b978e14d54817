package io.github.jsftp.internal.protocol;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * Limits the number of channels. Guarded by the lock of the channel pool, except for final fields.
 */
final class ChannelLimit {
  private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

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
      forgetRefusals();
    }
    return number < Math.min(grantedChannels, maxPerTransport + extraChannels());
  }

  /** Records that the server refuses more than this number of channels. Expires after a minute. */
  void recordRefusal(int number) {
    grantedChannels = Math.max(1, Math.min(grantedChannels, number));
    refusedAt = System.nanoTime();
  }

  /** Forgets refusals, so that the server is asked again. */
  void forgetRefusals() {
    grantedChannels = Integer.MAX_VALUE;
  }
}
