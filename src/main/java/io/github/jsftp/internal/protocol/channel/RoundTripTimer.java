package io.github.jsftp.internal.protocol.channel;

import org.jspecify.annotations.Nullable;

/** Measures how soon answers come, by one request at a time. Used under its channel's lock. */
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

  /** Returns the shortest time that an answer has taken, in nanoseconds; 0 before there was one. */
  long shortest() {
    return shortest;
  }

  /** Returns the time that an answer has taken just now; 0 before there was one. */
  long latest() {
    return latest;
  }

  /**
   * Notes that a request leaves.
   *
   * @param outstanding how many are on their way with it
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
