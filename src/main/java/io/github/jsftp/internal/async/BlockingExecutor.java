package io.github.jsftp.internal.async;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Runs blocking JSch calls on daemon threads of its own. The caller can then be interrupted and
 * apply a time limit, neither of which JSch supports.
 */
public final class BlockingExecutor implements Executor, AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          DaemonThreads.numbered("jsftp-ssh-"));

  /**
   * Runs work whose result nobody needs. Does nothing after close, or if no thread can be created.
   */
  @Override
  public void execute(Runnable work) {
    try {
      threads.execute(work);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // What the work would have closed ends together with its session.
    }
  }

  /**
   * Runs the work on one of the threads.
   *
   * @param onAbandoned receives the result if the caller no longer waits for it
   * @throws RejectedExecutionException after close
   */
  public <T> void start(
      Callable<T> work, CompletableFuture<T> result, Consumer<? super T> onAbandoned) {
    threads.execute(() -> run(work, result, onAbandoned));
  }

  /**
   * Waits for a result.
   *
   * @param onAbandoned receives the result if this thread is interrupted after it was available
   * @throws TimeoutException if the limit is exceeded
   * @throws java.io.InterruptedIOException if this thread is interrupted; its interrupt status
   *     stays set
   * @throws IOException the failure of the work
   */
  public static <T> T await(
      CompletableFuture<T> result, Duration limit, Consumer<? super T> onAbandoned)
      throws IOException, TimeoutException {
    try {
      return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw Await.failure(e);
    } catch (TimeoutException e) {
      if (result.cancel(false)) {
        throw e;
      }
      return Await.result(result);
    } catch (InterruptedException e) {
      if (!result.cancel(false) && !result.isCompletedExceptionally()) {
        onAbandoned.accept(result.join());
      }
      throw Await.interrupted(e);
    }
  }

  /** Runs the work and completes the result. */
  public static <T> void run(
      Callable<T> work, CompletableFuture<T> result, Consumer<? super T> onAbandoned) {
    try {
      T value = work.call();
      if (!result.complete(value)) {
        onAbandoned.accept(value);
      }
    } catch (Throwable t) {
      result.completeExceptionally(t);
    }
  }

  /** Ends the threads once their work is done. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
