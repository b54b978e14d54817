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
 * Runs the steps of one user's call on the thread that made it: the continuations of futures, and
 * so all rules, counts and callbacks, need no locks. One loop serves one call.
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

  /** Adds a step, from any thread. */
  @Override
  public void execute(Runnable step) {
    steps.add(step);
  }

  /** Adds a step to be run after some time; called on the loop's thread only. */
  public void schedule(long nanos, Runnable step) {
    delayed.add(new DelayedStep(System.nanoTime() + nanos, step));
  }

  /**
   * Runs steps until the future is complete.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   * @throws IOException what the future failed with
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

  /** Returns a step that waits, or whose time comes before then; null if there is none. */
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

  /** Runs the steps that are waiting, for a call that has long not had to wait for any. */
  public void runQueued() {
    for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
      step.run();
    }
  }

  /**
   * Runs steps until the future is complete, however it ends, for at most this long; an interrupt
   * is put off. For cleaning up after a failure.
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
