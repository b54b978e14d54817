package io.github.jsftp.internal.protocol.channel;

import java.time.Duration;

/**
 * How many requests of a channel may be on their way: all that the options allow, until the server
 * answers more slowly for having so many. Then no more than keep it at work, so that others who use
 * the server or the line need not wait behind them. Used under its channel's lock.
 */
final class CongestionWindow {
  /** The longest that requests may wait for each other: what LEDBAT, RFC 6817, allows. */
  private static final long MAX_QUEUEING_NANOS = Duration.ofMillis(100).toNanos();

  private static final int MIN_REQUESTS = 2;

  /** How long it is no use to try again what did not help. */
  private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

  private final int max;
  private volatile int size;
  private boolean wasSlow;
  private long timeBeforeCut; // how long an answer took then, 0 without a cut
  private long suspendedUntil;
  private boolean isSuspended;

  CongestionWindow(int most) {
    this.max = most;
    size = most;
  }

  /** Returns how many requests may be on their way now. May be called by any thread. */
  int size() {
    return size;
  }

  /**
   * Hears how long an answer took.
   *
   * @param taken in nanoseconds
   * @param shortest the least that any answer has taken
   * @param inFlight how many requests were on their way, this one included, when it left
   * @param now now, by System.nanoTime
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
      wasSlow = true; // once is no sign: a disk that was asleep, a collection of garbage
    } else {
      wasSlow = false;
      reduce(taken, acceptable, inFlight, now);
    }
  }

  private void reduce(long taken, long acceptable, int inFlight, long now) {
    if (timeBeforeCut > 0 && taken > (timeBeforeCut + acceptable) / 2) {
      // Fewer requests have not made it quicker: it works at many at a time, each of which is slow.
      size = max;
      timeBeforeCut = 0;
      isSuspended = true;
      suspendedUntil = now + RETRY_NANOS;
    } else if (!isSuspended || now - suspendedUntil > 0) {
      isSuspended = false;
      timeBeforeCut = taken;
      // What a server works off one by one is quicker by as much as there is less of it.
      size = (int) Math.min(size, Math.max(MIN_REQUESTS, inFlight * acceptable / taken));
    }
  }
}
