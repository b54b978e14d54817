package io.github.jsftp.internal.protocol.channel;

import java.time.Duration;

/**
 * The number of requests that a channel may have in flight. It starts with the maximum that the
 * options allow, and shrinks when that makes the server's replies slower. Other users of the server
 * or the network then wait less. Guarded by the lock of its channel.
 */
final class CongestionWindow {
  /** The longest acceptable queueing delay, which is the target of LEDBAT (RFC 6817). */
  private static final long MAX_QUEUEING_NANOS = Duration.ofMillis(100).toNanos();

  private static final int MIN_REQUESTS = 2;

  /** How long the window stays at its maximum after shrinking has not helped. */
  private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

  private final int max;
  private volatile int size;
  private boolean wasSlow;
  private long timeBeforeCut; // the reply time that led to the last reduction, 0 if there was none
  private long suspendedUntil;
  private boolean isSuspended;

  CongestionWindow(int most) {
    this.max = most;
    size = most;
  }

  /** Returns how many requests may be in flight now. May be called by any thread. */
  int size() {
    return size;
  }

  /**
   * Adjusts the window to the time that a reply has taken.
   *
   * @param taken the time from request to reply, in nanoseconds
   * @param shortest the shortest time of any reply on this channel, in nanoseconds
   * @param inFlight how many requests were in flight when the request was sent, including itself
   * @param now the current {@link System#nanoTime}
   */
  void onReply(long taken, long shortest, int inFlight, long now) {
    long acceptable = shortest + MAX_QUEUEING_NANOS;
    if (taken <= acceptable) {
      wasSlow = false;
      timeBeforeCut = 0;
      if (taken <= acceptable - MAX_QUEUEING_NANOS / 2) {
        size = Math.min(max, size * 2);
      }
    } else if (!wasSlow) {
      wasSlow = true; // a single slow reply may be a sleeping disk or a garbage collection
    } else {
      wasSlow = false;
      reduce(taken, acceptable, inFlight, now);
    }
  }

  private void reduce(long taken, long acceptable, int inFlight, long now) {
    if (timeBeforeCut > 0 && taken > (timeBeforeCut + acceptable) / 2) {
      // Fewer requests have not made replies faster: the server works on many at a time.
      size = max;
      timeBeforeCut = 0;
      isSuspended = true;
      suspendedUntil = now + RETRY_NANOS;
    } else if (!isSuspended || now - suspendedUntil > 0) {
      isSuspended = false;
      timeBeforeCut = taken;
      // If the server works on one request at a time, replies take longer the more there are.
      size = (int) Math.min(size, Math.max(MIN_REQUESTS, inFlight * acceptable / taken));
    }
  }
}
