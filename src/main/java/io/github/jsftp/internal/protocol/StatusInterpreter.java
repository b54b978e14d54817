package io.github.jsftp.internal.protocol;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.StatusException;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.ServerErrors;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns statuses into the exceptions that users see. */
final class StatusInterpreter {

  private StatusInterpreter() {}

  /** Returns the outcome of a request, with a status replaced by its exception. */
  static <T> CompletableFuture<T> explained(
      Failures failures, RequestContext context, CompletableFuture<T> outcome) {
    return onStatus(outcome, status -> failed(failures, context, status, Expected.ANY, null));
  }

  /**
   * Does the same for an operation that expects something at its path. If the status is ambiguous,
   * the attributes of the path are queried first.
   */
  static <T> CompletableFuture<T> explained(
      Failures failures,
      RequestContext context,
      Expected expected,
      CompletableFuture<T> outcome,
      Supplier<CompletableFuture<FileInfo>> query) {
    return onStatus(
        outcome,
        status ->
            expected == Expected.ANY || !Failures.isAmbiguous(status.status)
                ? failed(failures, context, status, expected, null)
                : pathState(query.get())
                    .thenCompose(state -> failed(failures, context, status, expected, state.info)));
  }

  private static <T> CompletableFuture<T> failed(
      Failures failures,
      RequestContext context,
      StatusException status,
      Expected expected,
      @Nullable FileInfo found) {
    return CompletableFuture.failedFuture(
        failures.status(
            context.operation(), context.path(), status.status, status.text, expected, found));
  }

  /** Returns the outcome of a request. If that is a status, returns the replacement instead. */
  static <T> CompletableFuture<T> onStatus(
      CompletableFuture<T> outcome, Function<StatusException, CompletableFuture<T>> replacement) {
    return outcome.exceptionallyCompose(
        failure ->
            Await.cause(failure) instanceof StatusException status
                ? replacement.apply(status)
                : CompletableFuture.failedFuture(Await.cause(failure)));
  }

  /**
   * Returns what a query has found at a path. A refused query finds nothing. After a lost
   * connection the result fails, since the state of the path is not known.
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
                              && status.status == SftpConstants.NO_SUCH_FILE));
            });
  }

  /**
   * The state of a path.
   *
   * @param info the attributes, or null if there is nothing or the query was refused
   * @param missing true if the server has replied that the path does not exist
   */
  record PathState(@Nullable FileInfo info, boolean missing) {
    /** Returns true if the path is a directory. */
    boolean isDirectory() {
      return info != null && info.isDir();
    }

    /** Returns true if the path exists. */
    boolean exists() {
      return info != null && !ServerErrors.hasNoAttributes(info);
    }

    /** Returns NO_SUCH_FILE in place of an ambiguous status if this path is missing. */
    int refine(int status) {
      return missing && Failures.isAmbiguous(status) ? SftpConstants.NO_SUCH_FILE : status;
    }
  }
}
