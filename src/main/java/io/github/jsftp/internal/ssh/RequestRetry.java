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
 * Makes single requests again that were not answered because the connection was lost; waits in
 * between on the caller's thread. Safe for use by several threads.
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

  /** A request that can be made again. */
  @FunctionalInterface
  interface Question<T> {
    /**
     * Asks.
     *
     * @param unsure whether the server may have done already what it is asked for
     */
    T ask(boolean unsure) throws IOException, ReplyLostException;
  }

  /** Returns the answer; fails when there is none as often and as long as the rule allows. */
  <T> T answer(String operation, @Nullable String path, Question<T> question) throws IOException {
    return operations.logged(operation, path, () -> answer(operation, question));
  }

  /** Does the same as a part of an operation that is noted as a whole. */
  <T> T answer(String operation, Question<T> question) throws IOException {
    var retries = new RetryPolicy(backoff);
    boolean unsure = false;
    ReplyLostException before = null;
    while (true) {
      try {
        return question.ask(unsure);
      } catch (ReplyLostException e) {
        if (before != null && before.told() != e.told()) {
          e.told().addSuppressed(before.told());
        }
        Duration pause = retries.nextPause(e.told());
        if (pause == null) {
          throw e.told();
        }
        unsure |= e.isSent();
        before = e;
        pause(operation, pause);
      }
    }
  }

  /** Waits, unless this is closed meanwhile. */
  void pause(String operation, Duration length) throws IOException {
    try {
      if (closed.await(length.toNanos(), TimeUnit.NANOSECONDS)) {
        throw failures.connectionClosed(operation, null);
      }
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  /** Ends all waiting. */
  @Override
  public void close() {
    closed.countDown();
  }
}
