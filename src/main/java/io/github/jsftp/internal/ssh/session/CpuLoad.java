package io.github.jsftp.internal.ssh.session;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Measures whether the CPU limits one direction of a connection. A single thread decrypts, and only
 * one thread at a time encrypts, so a session can use one CPU core in each direction. CPU time is
 * measured, not elapsed time, so that a busy machine is not mistaken for a slow cipher. Used by one
 * thread at a time, except for {@link #isCpuBound}, which any thread may call.
 */
final class CpuLoad {
  /**
   * Bytes that pass before measuring starts: a shorter transfer ends before another session would
   * help.
   */
  private static final long MIN_BYTES = 16 << 20;

  /** Bytes that a thread moves between two samples. */
  private static final int SAMPLE_BYTES = 1 << 20;

  /** Long enough for the JIT compiler to have compiled the code by the end of the period. */
  private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int BOUND_PERCENT = 90;

  private final LongSupplier cpuTime;
  private final LongSupplier time;
  private final ThreadLocal<ThreadUsage> usages = ThreadLocal.withInitial(ThreadUsage::new);
  private long totalBytes;
  private long periodStart;
  private long cpuTimeInPeriod;
  private volatile boolean wasCpuBound;
  private volatile long measuredAt;

  /**
   * Prepares to measure.
   *
   * @param cpuTime returns the CPU time of the current thread in nanoseconds, negative while it is
   *     unknown
   * @param time returns the current time in nanoseconds
   */
  CpuLoad(LongSupplier cpuTime, LongSupplier time) {
    this.cpuTime = cpuTime;
    this.time = time;
  }

  /** Records that the current thread has sent or received this many bytes. */
  void moved(int bytes) {
    totalBytes += bytes;
    if (totalBytes < MIN_BYTES) {
      periodStart = time.getAsLong();
      return;
    }
    ThreadUsage usage = usages.get();
    usage.bytesUntilSample -= bytes;
    if (usage.bytesUntilSample > 0) {
      return;
    }
    usage.bytesUntilSample = SAMPLE_BYTES;
    long used = cpuTime.getAsLong();
    if (used >= 0 && usage.cpuTime >= 0) {
      add(used - usage.cpuTime);
    }
    usage.cpuTime = used;
  }

  private void add(long more) {
    cpuTimeInPeriod += more;
    long now = time.getAsLong();
    long elapsed = now - periodStart;
    if (elapsed >= PERIOD_NANOS) {
      wasCpuBound = cpuTimeInPeriod >= elapsed / 100 * BOUND_PERCENT;
      measuredAt = now;
      periodStart = now;
      cpuTimeInPeriod = 0;
    }
  }

  /** Returns true if the last complete period used nearly a full CPU core. */
  boolean isCpuBound() {
    return wasCpuBound && time.getAsLong() - measuredAt < 2 * PERIOD_NANOS;
  }

  private static final class ThreadUsage {
    private int bytesUntilSample;
    private long cpuTime = -1;
  }
}
