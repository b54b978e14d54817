package io.github.jsftp.internal.async;

import java.io.IOException;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one user's call on the thread that made it. The continuations of futures all
 * run there, so rules, counters and callbacks need no locks. Each call has its own loop.
 */
public final class EventLoop implements Executor {
  private final LinkedBlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
  private final PriorityQueue<DelayedStep> delayed = new PriorityQueue<>();

  private record DelayedStep(long at, Runnable step) implements Comparable<DelayedStep> {
    @Override
    public int compareTo(DelayedStep other) {
      return Long.signum(at - other.at); // as System.nanoTime may overflow
    }
  }

  /** Adds a step; may be called by any thread. */
  @Override
  public void execute(Runnable step) {
    steps.add(step);
  }

  /** Adds a step that runs after a delay; called only on the loop's thread. */
  public void schedule(long nanos, Runnable step) {
    delayed.add(new DelayedStep(System.nanoTime() + nanos, step));
  }

  /**
   * Runs steps until the future is complete, and returns its result.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted; its interrupt status stays
   *     set
   * @throws IOException the failure of the future
   */
  public <T extends @Nullable Object> T run(CompletableFuture<T> future) throws IOException {
    if (!future.isDone()) {
      future.whenComplete((value, failure) -> steps.add(() -> {}));
    }
    try {
      while (!future.isDone()) {
        next().run();
      }
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
    return Await.result(future);
  }

  private Runnable next() throws InterruptedException {
    Runnable step = null;
    while (step == null) {
      DelayedStep first = delayed.peek();
      step = first == null ? steps.take() : nextBefore(first.at());
    }
    return step;
  }

  /** Returns the next step that is queued or due before the deadline; null if there is none. */
  private @Nullable Runnable nextBefore(long deadline) throws InterruptedException {
    DelayedStep first = delayed.peek();
    long until = first == null || first.at() - deadline > 0 ? deadline : first.at();
    long left = until - System.nanoTime();
    Runnable step = left > 0 ? steps.poll(left, TimeUnit.NANOSECONDS) : null;
    if (step == null && first != null && first.at() - System.nanoTime() <= 0) {
      return delayed.remove().step();
    }
    return step;
  }

  /** Runs the queued steps without waiting, for a call that has not had to wait for long. */
  public void runQueued() {
    for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
      step.run();
    }
  }

  /**
   * Runs steps until the future is complete or the limit is exceeded, for cleaning up after a
   * failure. Failures of the future are ignored. An interrupt takes effect only afterwards.
   */
  public void runUninterruptibly(CompletableFuture<?> future, Duration limit) {
    future.whenComplete((value, failure) -> steps.add(() -> {}));
    long deadline = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    while (!future.isDone() && deadline - System.nanoTime() > 0) {
      try {
        Runnable step = nextBefore(deadline);
        if (step != null) {
          step.run();
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
