package io.github.jsftp.internal.protocol;

import java.time.Duration;
import java.util.function.IntSupplier;

/** How many channels there may be. Used under the lock of the channels, but for what is final. */
final class ChannelLimit {
  private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

  /** A server is distant if it is the line that takes most of the time until an answer comes. */
  private static final long DISTANT_NANOS = Duration.ofMillis(4).toNanos();

  /**
   * The most that are worth having to a server that is near, and on each further transport: there
   * processors are the bound, and each channel has processes and threads of its own on both sides.
   */
  private static final int MAX_NEARBY = 4;

  private final int maxPerTransport;
  private final IntSupplier usefulTransports;
  private int grantedChannels = Integer.MAX_VALUE;
  private long refusedAt;

  /**
   * Begins with no refusals.
   *
   * @param maxPerTransport the most on one transport
   * @param usefulTransports how many of those are worth having
   */
  ChannelLimit(int maxPerTransport, IntSupplier usefulTransports) {
    this.maxPerTransport = maxPerTransport;
    this.usefulTransports = usefulTransports;
  }

  /** Says whether answers that take so long at the least come from far away. */
  static boolean isDistant(long shortestRoundTrip) {
    return shortestRoundTrip > DISTANT_NANOS;
  }

  /** Returns the most that are worth having where answers take so long, 0 if that is not known. */
  int usefulChannels(long shortestRoundTrip) {
    boolean near = shortestRoundTrip > 0 && !isDistant(shortestRoundTrip);
    return (near ? Math.min(maxPerTransport, MAX_NEARBY) : maxPerTransport) + extraChannels();
  }

  private int extraChannels() {
    return maxPerTransport == 1
        ? 0
        : (usefulTransports.getAsInt() - 1) * Math.min(maxPerTransport, MAX_NEARBY);
  }

  /** Says whether there may be one more than these. */
  boolean allowsMoreThan(int number) {
    if (grantedChannels < Integer.MAX_VALUE && System.nanoTime() - refusedAt > RETRY_NANOS) {
      forgetRefusals();
    }
    return number < Math.min(grantedChannels, maxPerTransport + extraChannels());
  }

  /** Takes down that the server grants no more than these, for a while. */
  void recordRefusal(int number) {
    grantedChannels = Math.max(1, Math.min(grantedChannels, number));
    refusedAt = System.nanoTime();
  }

  /** Has the server be asked again. */
  void forgetRefusals() {
    grantedChannels = Integer.MAX_VALUE;
  }
}
