package io.github.jsftp.internal.ssh;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.remote.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Repeats single requests whose reply was lost with the connection. Pauses between attempts on the
 * caller's thread. Safe for use by several threads.
 */
final class RequestRetry implements AutoCloseable {
  private final Backoff backoff;
  private final Failures failures;
  private final OperationLog operations;
  private final CountDownLatch closed = new CountDownLatch(1);

  RequestRetry(Backoff backoff, Failures failures, OperationLog operations) {
    this.operations = operations;
    this.backoff = backoff;
    this.failures = failures;
  }

  /** A request that can be repeated. */
  @FunctionalInterface
  interface RepeatableRequest<T> {
    /**
     * Sends the request, and returns its result.
     *
     * @param mayHaveTakenEffect true if an earlier attempt may have taken effect on the server
     */
    T send(boolean mayHaveTakenEffect) throws IOException, ReplyLostException;
  }

  /**
   * Runs a request, and logs it as an operation. Repeats it as often and for as long as {@link
   * RetryPolicy} allows.
   */
  <T> T run(String operation, @Nullable String path, RepeatableRequest<T> request)
      throws IOException {
    return operations.logged(operation, path, () -> run(operation, request));
  }

  /**
   * Runs a request as a part of an operation that is logged elsewhere. Repeats it as often and for
   * as long as {@link RetryPolicy} allows.
   */
  <T> T run(String operation, RepeatableRequest<T> request) throws IOException {
    var retries = new RetryPolicy(backoff);
    boolean mayHaveTakenEffect = false;
    ReplyLostException previous = null;
    while (true) {
      try {
        return request.send(mayHaveTakenEffect);
      } catch (ReplyLostException e) {
        if (previous != null && previous.failure() != e.failure()) {
          e.failure().addSuppressed(previous.failure());
        }
        Duration pause = retries.nextPause(e.failure());
        if (pause == null) {
          throw e.failure();
        }
        mayHaveTakenEffect |= e.isSent();
        previous = e;
        pause(operation, pause);
      }
    }
  }

  /** Waits. Fails if this is closed meanwhile. */
  void pause(String operation, Duration length) throws IOException {
    try {
      if (closed.await(length.toNanos(), TimeUnit.NANOSECONDS)) {
        throw failures.connectionClosed(operation, null);
      }
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  /** Ends all pauses. */
  @Override
  public void close() {
    closed.countDown();
  }
}
