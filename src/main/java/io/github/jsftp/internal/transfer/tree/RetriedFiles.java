package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions.OnError;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Gives files of a tree that goes on after failures a second try, one at a time, after all others:
 * on a disk that is nearly full many files at a time leave no room for one another. After a failure
 * fewer files are begun at a time, and more again with each that is copied.
 */
final class RetriedFiles {
  /** No more than that are remembered. */
  private static final int MOST = 1000;

  private final TransferCall call;
  private final Runnable onWaiting;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

  /**
   * Tries of a call.
   *
   * @param onWaiting runs on the call's thread when a file has begun to wait
   */
  RetriedFiles(TransferCall call, Runnable onWaiting) {
    this.call = call;
    this.onWaiting = onWaiting;
  }

  /** Copies a file when there is room for it, and if need be once more. */
  <T> CompletableFuture<T> copy(Supplier<CompletableFuture<T>> file) {
    CompletableFuture<T> first =
        call.then(
            call.handles().send(() -> tried(file)),
            copied -> {
              call.doubleFileLimit();
              return CompletableFuture.completedFuture(copied);
            });
    return call.recover(
        first,
        failure ->
            isWorth(failure) && waiting.size() < MOST && !call.isStopped()
                ? later(file)
                : CompletableFuture.failedFuture(failure));
  }

  /** Copies a file; if it fails, fewer are begun from then on, the one that takes its place too. */
  private <T> CompletableFuture<T> tried(Supplier<CompletableFuture<T>> file) {
    return call.recover(
        file.get(),
        failure -> {
          if (isWorth(failure)) {
            call.limitToOneFile();
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  /** Returns how many files wait for the others. */
  int waiting() {
    return waiting.size();
  }

  /** Has the next one try again; returns false if none waits. */
  boolean next() {
    Runnable next = waiting.poll();
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  private boolean isWorth(Throwable failure) {
    return call.options().onError() == OnError.CONTINUE
        && failure instanceof TransferException
        && !(failure instanceof VerificationException);
  }

  private <T> CompletableFuture<T> later(Supplier<CompletableFuture<T>> file) {
    var begin = new CompletableFuture<Void>();
    waiting.add(() -> begin.complete(null));
    call.loop().execute(onWaiting);
    return call.then(begin, now -> call.handles().send(file));
  }
}
