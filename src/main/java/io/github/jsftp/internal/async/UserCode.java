package io.github.jsftp.internal.async;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The user's code during a call, such as a stream or a listener. It may block for as long as it
 * likes, and meanwhile another thread may end the call.
 */
public final class UserCode {
  private final BooleanSupplier isCancelled;
  private boolean running; // guarded by this

  /** Runs user's code until the call is cancelled. */
  public UserCode(BooleanSupplier isCancelled) {
    this.isCancelled = isCancelled;
  }

  /**
   * Code of the user's.
   *
   * @param <T> what it returns
   * @param <E> what it may throw
   */
  @FunctionalInterface
  public interface Body<T, E extends Exception> {
    /** Runs it. */
    T run() throws E;
  }

  /**
   * Runs code of the user's on this thread, which is that of the call.
   *
   * @return what it returns, or null if it was not run because the call is cancelled
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
   * Cleans up on another thread if the call's own is held up by the user's code, which returns to
   * the call only afterwards.
   *
   * @return true if so
   */
  public synchronized boolean runIfBusy(Runnable cleanUp) {
    if (running) {
      cleanUp.run();
    }
    return running;
  }
}
