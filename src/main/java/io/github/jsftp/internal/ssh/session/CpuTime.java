package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.internal.async.DaemonThreads;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The CPU time of threads. Java's management classes take some time to load, so they are loaded in
 * the background at the first call. Safe for use by several threads.
 */
final class CpuTime {
  private static final AtomicBoolean WANTED = new AtomicBoolean();
  private static volatile @Nullable ThreadMXBean threads;

  private CpuTime() {}

  /**
   * Returns the CPU time of the current thread in nanoseconds; negative if it is not known yet, or
   * not supported.
   */
  static long ofThisThread() {
    ThreadMXBean known = threads;
    if (known != null) {
      return known.getCurrentThreadCpuTime();
    }
    if (WANTED.compareAndSet(false, true)) {
      DaemonThreads.start("jsftp-clock", CpuTime::load);
    }
    return -1;
  }

  private static void load() {
    ThreadMXBean loaded = ManagementFactory.getThreadMXBean();
    if (loaded.isCurrentThreadCpuTimeSupported()) {
      threads = loaded;
    }
  }
}
