package io.github.jsftp.internal.pipeline;

import org.jspecify.annotations.Nullable;

/** Measures how soon answers come, by one request at a time. Used under its channel's lock. */
final class RoundTrip {
  private @Nullable Request<?> timed;
  private long since;
  private volatile long shortest;

  /** Returns the shortest time that an answer has taken, in nanoseconds; 0 before there was one. */
  long shortest() {
    return shortest;
  }

  void sent(Request<?> request) {
    if (timed == null) {
      timed = request;
      since = System.nanoTime();
    }
  }

  void answered(@Nullable Request<?> request) {
    if (request != null && timed == request) {
      timed = null;
      long taken = System.nanoTime() - since;
      shortest = shortest == 0 ? taken : Math.min(shortest, taken);
    }
  }
}
