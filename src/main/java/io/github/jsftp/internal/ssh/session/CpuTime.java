package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.internal.async.BlockingExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How long a thread has used a processor. What Java needs to tell takes some time to load, and is
 * loaded in the background when first wanted. Safe for use by several threads.
 */
final class CpuTime {
  private static final AtomicBoolean WANTED = new AtomicBoolean();
  private static volatile @Nullable ThreadMXBean threads;

  private CpuTime() {}

  /**
   * Returns the current thread's in nanoseconds; negative while that, or for ever, is not known.
   */
  static long ofThisThread() {
    ThreadMXBean known = threads;
    if (known != null) {
      return known.getCurrentThreadCpuTime();
    }
    if (WANTED.compareAndSet(false, true)) {
      BlockingExecutor.daemon("jsftp-clock", CpuTime::load).start();
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
