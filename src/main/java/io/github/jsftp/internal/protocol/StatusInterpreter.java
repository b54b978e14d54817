package io.github.jsftp.internal.protocol;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.StatusException;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.ServerErrors;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds out what a bare status means. */
final class StatusInterpreter {
  private static final int NO_SUCH_FILE = 2;

  private StatusInterpreter() {}

  /**
   * Returns the outcome of a request, a status replaced by the exception for it. Has a look at the
   * file first when that tells more.
   */
  static <T> CompletableFuture<T> explained(
      Failures failures,
      RequestContext context,
      Expected expected,
      CompletableFuture<T> outcome,
      Supplier<CompletableFuture<FileInfo>> query) {
    return replaced(
        outcome,
        status -> {
          if (expected == Expected.ANY || !Failures.isAmbiguous(status.status)) {
            return CompletableFuture.failedFuture(
                failures.status(
                    context.operation(),
                    context.path(),
                    status.status,
                    status.text,
                    expected,
                    null));
          }
          return pathState(query.get())
              .thenCompose(
                  state ->
                      CompletableFuture.failedFuture(
                          failures.status(
                              context.operation(),
                              context.path(),
                              status.status,
                              status.text,
                              expected,
                              state.info)));
        });
  }

  /** Returns the outcome of a request, or what replaces it if it is a status. */
  static <T> CompletableFuture<T> replaced(
      CompletableFuture<T> outcome, Function<StatusException, CompletableFuture<T>> replacement) {
    return outcome.exceptionallyCompose(
        failure ->
            Await.cause(failure) instanceof StatusException status
                ? replacement.apply(status)
                : CompletableFuture.failedFuture(Await.cause(failure)));
  }

  /**
   * Returns what a look at a file has found, nothing if it was refused; a lost line says nothing
   * about the file, and fails.
   */
  static CompletableFuture<PathState> pathState(CompletableFuture<FileInfo> query) {
    return query
        .thenApply(info -> new PathState(info, false))
        .exceptionallyCompose(
            failure -> {
              Throwable cause = Await.cause(failure);
              return cause instanceof ConnectionException
                      || cause instanceof OperationTimeoutException
                  ? CompletableFuture.failedFuture(cause)
                  : CompletableFuture.completedFuture(
                      new PathState(
                          null,
                          cause instanceof StatusException status
                              && status.status == NO_SUCH_FILE));
            });
  }

  /**
   * What is at a path.
   *
   * @param info null if there is nothing, or nothing to be seen
   * @param missing whether there is nothing
   */
  record PathState(@Nullable FileInfo info, boolean missing) {
    /** Returns true if there is a directory. */
    boolean isDirectory() {
      return info != null && info.isDirectory();
    }

    /** Returns true if there is something. */
    boolean exists() {
      return info != null && !ServerErrors.hasNoAttributes(info);
    }

    /** Returns what a status means for what was to be found here. */
    int refine(int status) {
      return missing && Failures.isAmbiguous(status) ? NO_SUCH_FILE : status;
    }
  }
}
