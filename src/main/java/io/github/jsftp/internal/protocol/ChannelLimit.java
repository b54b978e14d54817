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
  private static final int MOST_NEAR = 4;

  private final int most;
  private final IntSupplier transports;
  private int granted = Integer.MAX_VALUE;
  private long refusedAt;

  /**
   * Begins with no refusals.
   *
   * @param most the most on one transport
   * @param transports how many of those are worth having
   */
  ChannelLimit(int most, IntSupplier transports) {
    this.most = most;
    this.transports = transports;
  }

  /** Says whether answers that take so long at the least come from far away. */
  static boolean isDistant(long quickestAnswer) {
    return quickestAnswer > DISTANT_NANOS;
  }

  /** Returns the most that are worth having where answers take so long, 0 if that is not known. */
  int most(long quickestAnswer) {
    boolean near = quickestAnswer > 0 && !isDistant(quickestAnswer);
    return (near ? Math.min(most, MOST_NEAR) : most) + further();
  }

  private int further() {
    return most == 1 ? 0 : (transports.getAsInt() - 1) * Math.min(most, MOST_NEAR);
  }

  /** Says whether there may be one more than these. */
  boolean allowsBeyond(int number) {
    if (granted < Integer.MAX_VALUE && System.nanoTime() - refusedAt > RETRY_NANOS) {
      forgetRefusals();
    }
    return number < Math.min(granted, most + further());
  }

  /** Takes down that the server grants no more than these, for a while. */
  void refusedBeyond(int number) {
    granted = Math.max(1, Math.min(granted, number));
    refusedAt = System.nanoTime();
  }

  /** Has the server be asked again. */
  void forgetRefusals() {
    granted = Integer.MAX_VALUE;
  }
}
