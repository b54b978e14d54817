package io.github.jsftp.internal.async;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates daemon threads, which do not keep a JVM running. */
public final class DaemonThreads {
  private DaemonThreads() {}

  /** Creates a thread and starts it. */
  public static void start(String name, Runnable work) {
    create(name, work).start();
  }

  /** Creates a thread that is not started. */
  public static Thread create(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Returns a factory of threads whose names end in numbers from 1. */
  static ThreadFactory numbered(String prefix) {
    return new NumberedThreads(prefix);
  }

  private static final class NumberedThreads implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger count = new AtomicInteger();

    NumberedThreads(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable work) {
      return create(prefix + count.incrementAndGet(), work);
    }
  }
}
