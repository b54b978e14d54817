package io.github.jsftp.internal.protocol.channel;

import org.jspecify.annotations.Nullable;

/**
 * Measures the time from request to reply, for one request at a time. Guarded by the lock of its
 * channel.
 */
final class RoundTripTimer {
  private final CongestionWindow window;
  private @Nullable Request<?> timed;
  private long sentAt;
  private int inFlight;
  private volatile long shortest;
  private volatile long latest;

  RoundTripTimer(CongestionWindow window) {
    this.window = window;
  }

  /** Returns the shortest time that a reply has taken, in nanoseconds; 0 before the first reply. */
  long shortest() {
    return shortest;
  }

  /**
   * Returns the time that the latest measured reply has taken, in nanoseconds; 0 before the first.
   */
  long latest() {
    return latest;
  }

  /**
   * Starts the measurement, unless another request is being measured.
   *
   * @param outstanding how many requests are in flight, including this one
   */
  void sent(Request<?> request, int outstanding) {
    if (timed == null) {
      timed = request;
      sentAt = System.nanoTime();
      inFlight = outstanding;
    }
  }

  void onReply(@Nullable Request<?> request) {
    if (request != null && timed == request) {
      timed = null;
      long now = System.nanoTime();
      long taken = now - sentAt;
      latest = taken;
      shortest = shortest == 0 ? taken : Math.min(shortest, taken);
      window.onReply(taken, shortest, inFlight, now);
    }
  }
}
