package io.github.jsftp.internal.async;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the user's code during a call, such as a stream or a listener. It may block for any time,
 * and meanwhile another thread may end the call.
 */
public final class UserCode {
  private final BooleanSupplier isCancelled;
  private boolean running; // guarded by this

  /**
   * Creates a runner.
   *
   * @param isCancelled returns true once the call is cancelled; then no user code is run any more
   */
  public UserCode(BooleanSupplier isCancelled) {
    this.isCancelled = isCancelled;
  }

  /**
   * A piece of the user's code.
   *
   * @param <T> its result
   * @param <E> the exception that it may throw
   */
  @FunctionalInterface
  public interface Body<T, E extends Exception> {
    /** Runs the code. */
    T run() throws E;
  }

  /**
   * Runs the user's code on this thread, which is that of the call.
   *
   * @return its result, or null if the call is cancelled and the code was not run
   */
  public <T, E extends Exception> @Nullable T run(Body<T, E> body) throws E {
    synchronized (this) {
      if (isCancelled.getAsBoolean()) {
        return null;
      }
      running = true;
    }
    try {
      return body.run();
    } finally {
      synchronized (this) {
        running = false;
      }
    }
  }

  /**
   * Runs a step of the call that the user's code waits for, such as a read of a stream that it was
   * given. Meanwhile the user's code does not count as running.
   */
  public <T, E extends Exception> T suspend(Body<T, E> step) throws E {
    synchronized (this) {
      running = false;
    }
    try {
      return step.run();
    } finally {
      synchronized (this) {
        running = true;
      }
    }
  }

  /**
   * Cleans up on this thread if the call's own thread is busy with the user's code, which may
   * return to the call only afterwards.
   *
   * @return true if it was busy
   */
  public synchronized boolean runIfBusy(Runnable cleanUp) {
    if (running) {
      cleanUp.run();
    }
    return running;
  }
}
