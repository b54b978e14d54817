package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.OnError;
import io.github.jsftp.TransferException;
import io.github.jsftp.VerificationException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Retries failed files of a tree, if the options continue after failures. Each file is retried
 * once, alone, after all others: on a nearly full disk, many incomplete files leave no room for one
 * another. A failure also reduces the number of files copied at a time, and each success raises it
 * again.
 */
public final class FailedFileRetrier {
  /** The maximum number of files to retry. */
  private static final int MAX_WAITING = 1000;

  private final TransferCall call;
  private final Runnable onWaiting;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

  /**
   * Creates the retries of a call.
   *
   * @param onWaiting is run on the call's thread when a file has been queued for its retry
   */
  public FailedFileRetrier(TransferCall call, Runnable onWaiting) {
    this.call = call;
    this.onWaiting = onWaiting;
  }

  /**
   * Copies a file when the limit of concurrent files allows it, and retries it once if it fails.
   */
  public <T> CompletableFuture<T> copy(Supplier<CompletableFuture<T>> file) {
    CompletableFuture<T> first =
        call.then(
            call.handles().send(() -> attempt(file)),
            copied -> {
              call.doubleFileLimit();
              return CompletableFuture.completedFuture(copied);
            });
    return call.recover(
        first,
        failure ->
            isRetryable(failure) && waiting.size() < MAX_WAITING && !call.isStopped()
                ? retryLater(file)
                : CompletableFuture.failedFuture(failure));
  }

  /** Copies a file. A failure lowers the limit before the next file starts. */
  private <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> file) {
    return call.recover(
        file.get(),
        failure -> {
          if (isRetryable(failure)) {
            call.limitToOneFile();
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  /** Returns the number of files that wait for their retry. */
  public int waiting() {
    return waiting.size();
  }

  /** Starts the next retry; returns false if there is none. */
  public boolean retryNext() {
    Runnable next = waiting.poll();
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  private boolean isRetryable(Throwable failure) {
    return call.options().onError() == OnError.CONTINUE
        && failure instanceof TransferException
        && !(failure instanceof VerificationException);
  }

  private <T> CompletableFuture<T> retryLater(Supplier<CompletableFuture<T>> file) {
    var begin = new CompletableFuture<Void>();
    waiting.add(() -> begin.complete(null));
    call.loop().execute(onWaiting);
    return call.then(begin, now -> call.handles().send(file));
  }
}
