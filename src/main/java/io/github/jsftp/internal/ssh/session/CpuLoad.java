package io.github.jsftp.internal.ssh.session;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells whether a processor is the bound of one direction of a line. Deciphering is the work of one
 * thread, and enciphering that of one at a time, however many processors there are. What counts is
 * time that a processor spent, not time that a thread waited for one. Used by one thread at a time,
 * but {@link #isBound}, which any may call.
 */
final class CpuLoad {
  /** What moves before it is looked at; less is over before it would help. */
  private static final long WORTH_LOOKING = 16 << 20;

  /** What a thread moves between two looks. */
  private static final int STEP = 1 << 20;

  /** Long enough for code that is not compiled yet to be so at the end. */
  private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int BOUND_PERCENT = 90;

  private final LongSupplier processorTime;
  private final LongSupplier time;
  private final ThreadLocal<Share> shares = ThreadLocal.withInitial(Share::new);
  private long total;
  private long since;
  private long spent;
  private volatile boolean wasBound;
  private volatile long measuredAt;

  /**
   * Prepares to measure.
   *
   * @param processorTime how many nanoseconds the current thread has used a processor; negative
   *     while that is not known
   * @param time what time it is, in nanoseconds
   */
  CpuLoad(LongSupplier processorTime, LongSupplier time) {
    this.processorTime = processorTime;
    this.time = time;
  }

  /** Takes down that the current thread has moved so many bytes. */
  void moved(int bytes) {
    total += bytes;
    if (total < WORTH_LOOKING) {
      since = time.getAsLong();
      return;
    }
    Share mine = shares.get();
    mine.untilLook -= bytes;
    if (mine.untilLook > 0) {
      return;
    }
    mine.untilLook = STEP;
    long used = processorTime.getAsLong();
    if (used >= 0 && mine.used >= 0) {
      add(used - mine.used);
    }
    mine.used = used;
  }

  private void add(long more) {
    spent += more;
    long now = time.getAsLong();
    long taken = now - since;
    if (taken >= PERIOD_NANOS) {
      wasBound = spent >= taken / 100 * BOUND_PERCENT;
      measuredAt = now;
      since = now;
      spent = 0;
    }
  }

  /** Says whether moving bytes has taken nearly all of a processor just now. */
  boolean isBound() {
    return wasBound && time.getAsLong() - measuredAt < 2 * PERIOD_NANOS;
  }

  private static final class Share {
    private int untilLook;
    private long used = -1;
  }
}
