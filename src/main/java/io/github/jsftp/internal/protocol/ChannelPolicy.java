package io.github.jsftp.internal.protocol;

import io.github.jsftp.internal.protocol.channel.SftpChannel;
import java.time.Duration;

/**
 * Decides how many channels and transports are useful. A distant server gets all channels of a
 * transport at once, a nearby one few and late. Twice as many transports are tried once those there
 * are have reached their speed, if what is left would take long at this speed. If they do not make
 * more go through, they are no longer used, and no others are tried. Only the calls mark time, so
 * it does not matter what happens while nobody has much to do. An interval in which nothing is
 * copied is a pause as well. Safe for use by several threads.
 */
final class ChannelPolicy {
  /** A server is distant if replies take longer: most of that is the network's latency. */
  private static final long DISTANT_NANOS = Duration.ofMillis(4).toNanos();

  /**
   * The maximum number of channels to a nearby server, and on each further transport. There the CPU
   * is the bottleneck, and each channel has its own processes and threads on both sides.
   */
  private static final int MAX_NEARBY = 4;

  /**
   * The server starts processes for a channel, which take as much CPU time as hundreds of small
   * files. For a nearby server it is worth that if the load has been high for this long, or replies
   * are this slow.
   */
  private static final long SUSTAINED_NANOS = Duration.ofMillis(250).toNanos();

  private static final long SLOW_REPLY_NANOS = Duration.ofMillis(10).toNanos();
  private static final long MAX_GAP_NANOS = Duration.ofMillis(10).toNanos();

  private static final long MIN_INTERVAL_NANOS = Duration.ofMillis(250).toNanos();
  private static final long MIN_DISTANT_INTERVAL_NANOS = Duration.ofMillis(100).toNanos();
  private static final int ROUND_TRIPS_PER_INTERVAL = 4;

  /**
   * The round trips until a further transport carries its share: ten to log in, ten to speed up.
   */
  private static final int ROUND_TRIPS_TO_PAY = 20;

  private static final long MIN_NANOS_TO_PAY = Duration.ofSeconds(1).toNanos();

  /** The bytes for each further transport. In less, one TCP connection reaches its full speed. */
  private static final long BYTES_PER_TRANSPORT = 32L << 20;

  /** Bytes per second at which a nearby server is fast, so that another login brings little. */
  private static final double FAST_NEARBY = 100e6;

  /** Stands for an unknown number of bytes; as many are expected as have been copied so far. */
  static final long UNKNOWN = -1;

  private static final double WORTHWHILE_GAIN = 1.15;

  /** The gain from one interval to the next at which a TCP connection is still speeding up. */
  private static final double SPEEDING_UP = 1.5;

  private final int maxPerTransport;
  private int transports = 1;
  private long intervalStart;
  private long bytesAtStart;
  private long bytesAtFirst;
  private double best; // the highest rate of any interval so far, in bytes per second
  private long judgedAt; // when the latest further transports are judged; 0 if they have been
  private int transportsBefore = 1;
  private double rateBefore;
  private boolean isEnough;
  private long lastBusyAt;
  private long busyNanos;

  /** Creates a policy that begins with one transport. */
  ChannelPolicy(int maxPerTransport) {
    this.maxPerTransport = maxPerTransport;
  }

  /**
   * Returns true if the network's latency dominates the time of replies.
   *
   * @param roundTrip the shortest time of any reply, in nanoseconds; 0 if not known
   */
  static boolean isDistant(long roundTrip) {
    return roundTrip > DISTANT_NANOS;
  }

  /**
   * Returns the shortest time that any reply has taken, in nanoseconds; 0 before the first reply.
   */
  static long shortestRoundTrip(Iterable<SftpChannel> channels) {
    long shortest = 0;
    for (SftpChannel channel : channels) {
      long roundTrip = channel.shortestRoundTrip();
      shortest = shortest == 0 || (roundTrip > 0 && roundTrip < shortest) ? roundTrip : shortest;
    }
    return shortest;
  }

  /** Returns how many channels are useful at the most. */
  synchronized int channels(long roundTrip) {
    boolean near = roundTrip > 0 && !isDistant(roundTrip);
    return near ? Math.min(maxPerTransport, MAX_NEARBY) + further() : allowedChannels();
  }

  /** Returns how many channels may be open at the most. */
  synchronized int allowedChannels() {
    return maxPerTransport + further();
  }

  private int further() {
    return (transports - 1) * Math.min(maxPerTransport, MAX_NEARBY);
  }

  /** Returns how many transports are useful. */
  synchronized int transports() {
    return transports;
  }

  /**
   * Records that the load of all channels to a nearby server is high now; returns true if a further
   * channel is worth its cost.
   *
   * @param latestRoundTrip the time that the latest reply has taken, in nanoseconds
   * @param now the current {@link System#nanoTime}
   */
  synchronized boolean isWorthChannel(long latestRoundTrip, long now) {
    long gap = now - lastBusyAt;
    lastBusyAt = now;
    busyNanos = gap < MAX_GAP_NANOS ? busyNanos + gap : 0;
    if (busyNanos < SUSTAINED_NANOS && latestRoundTrip < SLOW_REPLY_NANOS) {
      return false;
    }
    busyNanos = 0;
    return true;
  }

  /**
   * Records progress while there is more to do than is in flight, and decides on the number of
   * transports.
   *
   * @param left the bytes that are still to be copied, or {@link #UNKNOWN}
   * @param acknowledged the bytes that all channels have copied so far
   * @param roundTrip the shortest time of any reply, in nanoseconds
   * @param allowed how many transports may be open
   * @param now the current {@link System#nanoTime}
   */
  synchronized void record(long left, long acknowledged, long roundTrip, int allowed, long now) {
    long shortest = isDistant(roundTrip) ? MIN_DISTANT_INTERVAL_NANOS : MIN_INTERVAL_NANOS;
    long interval = Math.max(shortest, ROUND_TRIPS_PER_INTERVAL * roundTrip);
    long elapsed = now - intervalStart;
    if (intervalStart != 0 && elapsed < interval) {
      return;
    }
    boolean isPause = elapsed > ROUND_TRIPS_TO_PAY * interval || acknowledged == bytesAtStart;
    if (intervalStart == 0 || isPause) {
      best = 0;
      bytesAtFirst = acknowledged;
      judgedAt = 0; // the copy ended sooner than expected, which speaks for what was tried
    } else {
      double rate = (acknowledged - bytesAtStart) * 1e9 / elapsed;
      boolean isGrowing = rate > SPEEDING_UP * best;
      best = Math.max(best, rate);
      if (judgedAt != 0 && now - judgedAt >= 0) {
        judge();
      } else if (judgedAt == 0 && !isGrowing) {
        long more = left == UNKNOWN ? acknowledged - bytesAtFirst : left;
        tryMore(more, roundTrip, allowed, now);
      }
    }
    intervalStart = now;
    bytesAtStart = acknowledged;
    transports = Math.max(1, Math.min(transports, allowed));
  }

  private void judge() {
    judgedAt = 0;
    if (best < WORTHWHILE_GAIN * rateBefore) {
      isEnough = true;
      transports = Math.min(transports, transportsBefore);
    }
  }

  private void tryMore(long left, long roundTrip, int allowed, long now) {
    long toPay = Math.max(MIN_NANOS_TO_PAY, ROUND_TRIPS_TO_PAY * roundTrip);
    int worth = (int) Math.min(allowed, 1 + left / BYTES_PER_TRANSPORT);
    if (isEnough
        || maxPerTransport == 1
        || transports >= worth
        || left * 1e9 / best < toPay
        || (!isDistant(roundTrip) && best >= FAST_NEARBY)) {
      return;
    }
    transportsBefore = transports;
    rateBefore = best;
    judgedAt = now + toPay;
    transports = Math.min(worth, 2 * transports);
  }
}
