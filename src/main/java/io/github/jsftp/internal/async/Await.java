package io.github.jsftp.internal.async;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for futures in blocking methods. */
public final class Await {
  private Await() {}

  /**
   * Returns the result of the future.
   *
   * @throws InterruptedIOException if the thread is interrupted; its interrupt status stays set
   * @throws IOException the failure of the future, with this thread's stack trace
   */
  public static <T extends @Nullable Object> T result(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /**
   * Returns the result of the future, waiting no longer than the limit.
   *
   * @throws TimeoutException if the limit is exceeded
   */
  public static <T extends @Nullable Object> T result(Future<T> future, Duration limit)
      throws IOException, TimeoutException {
    try {
      return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /**
   * Fails if the thread is interrupted already. Called before a request is sent, since a reply that
   * arrives quickly would hide the interrupt.
   *
   * @throws InterruptedIOException if the thread is interrupted; its interrupt status stays set
   */
  public static void checkInterrupt() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted(new InterruptedException());
    }
  }

  /** Returns the exception for an interrupt, and sets the thread's interrupt status again. */
  public static InterruptedIOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    var failure = new InterruptedIOException("interrupted");
    failure.initCause(cause);
    return failure;
  }

  /**
   * Returns the IOException of a failed future with this thread's stack trace. Unchecked exceptions
   * are thrown.
   */
  public static IOException failure(Throwable failed) {
    Throwable cause = cause(failed);
    if (cause instanceof IOException io) {
      io.fillInStackTrace();
      return io;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IOException(cause);
  }

  /** Returns the original failure without the wrappers of futures. */
  public static Throwable cause(Throwable failed) {
    Throwable cause = failed;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
