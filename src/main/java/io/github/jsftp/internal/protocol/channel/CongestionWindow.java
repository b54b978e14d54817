package io.github.jsftp.internal.protocol.channel;

import java.time.Duration;

/**
 * How many requests of a channel may be on their way: all that the options allow, until the server
 * answers more slowly for having so many. Then no more than keep it at work, so that others who use
 * the server or the line need not wait behind them. Used under its channel's lock.
 */
final class CongestionWindow {
  /** The longest that requests may wait for each other: what LEDBAT, RFC 6817, allows. */
  private static final long WAIT_NANOS = Duration.ofMillis(100).toNanos();

  private static final int FEWEST = 2;

  /** How long it is no use to try again what did not help. */
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final int most;
  private volatile int requests;
  private boolean wasSlow;
  private long beforeCut; // how long an answer took then, 0 without a cut
  private long pausedUntil;
  private boolean isPaused;

  CongestionWindow(int most) {
    this.most = most;
    requests = most;
  }

  /** Returns how many requests may be on their way now. May be called by any thread. */
  int requests() {
    return requests;
  }

  /**
   * Hears how long an answer took.
   *
   * @param taken in nanoseconds
   * @param quickest the least that any answer has taken
   * @param onTheirWay how many requests were on their way, this one included, when it left
   * @param time now, by System.nanoTime
   */
  void answered(long taken, long quickest, int onTheirWay, long time) {
    long enough = quickest + WAIT_NANOS;
    if (taken <= enough) {
      wasSlow = false;
      beforeCut = 0;
      if (taken <= enough - WAIT_NANOS / 2) {
        requests = Math.min(most, requests * 2);
      }
    } else if (!wasSlow) {
      wasSlow = true; // once is no sign: a disk that was asleep, a collection of garbage
    } else {
      wasSlow = false;
      slow(taken, enough, onTheirWay, time);
    }
  }

  private void slow(long taken, long enough, int onTheirWay, long time) {
    if (beforeCut > 0 && taken > (beforeCut + enough) / 2) {
      // Fewer requests have not made it quicker: it works at many at a time, each of which is slow.
      requests = most;
      beforeCut = 0;
      isPaused = true;
      pausedUntil = time + PAUSE_NANOS;
    } else if (!isPaused || time - pausedUntil > 0) {
      isPaused = false;
      beforeCut = taken;
      // What a server works off one by one is quicker by as much as there is less of it.
      requests = (int) Math.min(requests, Math.max(FEWEST, onTheirWay * enough / taken));
    }
  }
}
