package io.github.jsftp.internal.async;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A small pool of threads for local files, so that a slow disk does not block the network. Idle
 * threads end. Safe for use by several threads.
 */
public final class DiskExecutor implements Executor, AutoCloseable {
  private static final int THREADS = 4;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          DaemonThreads.numbered("jsftp-disk-"));

  /** Creates a pool without threads. */
  public DiskExecutor() {
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a task on one of the threads.
   *
   * @throws java.util.concurrent.RejectedExecutionException after {@link #close}
   */
  @Override
  public void execute(Runnable task) {
    threads.execute(task);
  }

  /** Accepts no more tasks. The threads end after all accepted tasks. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
