package io.github.jsftp.internal.ssh;

import io.github.jsftp.internal.pipeline.Failures;
import io.github.jsftp.internal.transfer.Await;
import io.github.jsftp.internal.transfer.Backoff;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes single requests again that were not answered because the connection was lost; waits in
 * between on the caller's thread. Safe for use by several threads.
 */
final class Repetition implements AutoCloseable {
  private final Backoff backoff;
  private final Failures failures;
  private final CountDownLatch closed = new CountDownLatch(1);

  Repetition(Backoff backoff, Failures failures) {
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
    T ask(boolean unsure) throws IOException, Unanswered;
  }

  /** Returns the answer; fails when there is none as often as the back-off allows. */
  <T> T answer(String operation, Question<T> question) throws IOException {
    boolean unsure = false;
    Unanswered before = null;
    for (int failed = 0; ; failed++) {
      try {
        return question.ask(unsure);
      } catch (Unanswered e) {
        if (before != null && before.told() != e.told()) {
          e.told().addSuppressed(before.told());
        }
        if (failed >= backoff.retries()) {
          throw e.told();
        }
        unsure |= e.isSent();
        before = e;
      }
      pause(operation, failed);
    }
  }

  private void pause(String operation, int failed) throws IOException {
    try {
      if (closed.await(backoff.pause(failed).toNanos(), TimeUnit.NANOSECONDS)) {
        throw failures.closed(operation, null);
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
