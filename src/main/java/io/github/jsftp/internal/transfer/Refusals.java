package io.github.jsftp.internal.transfer;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.SftpException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tells apart what a server refuses. */
final class Refusals {
  private Refusals() {}

  /** Passes an answer on, empty instead of "no such path". */
  static <T> CompletableFuture<Optional<T>> ifThere(Call call, CompletableFuture<T> answer) {
    return call.otherwise(
        answer.thenApply(Optional::of),
        failure ->
            failure instanceof NoSuchPathException
                ? CompletableFuture.completedFuture(Optional.empty())
                : CompletableFuture.failedFuture(failure));
  }

  /** Makes a refusal to set attributes a warning. */
  static CompletableFuture<Void> tolerated(
      Call call, CompletableFuture<Void> setting, String path) {
    return call.otherwise(
        setting,
        failure -> {
          if (!isRefusal(failure)) {
            return CompletableFuture.failedFuture(failure);
          }
          call.warn(path + ": attributes not set: " + failure.getMessage());
          return CompletableFuture.completedFuture(null);
        });
  }

  /**
   * Says whether an answer has nothing in it at all: what MINA says of a path that can't be, such
   * as one below a file.
   */
  static boolean tellsNothing(FileInfo info) {
    return info.type() == FileInfo.Type.OTHER && info.mode() < 0 && info.size() < 0;
  }

  /** Says whether the server said no to one request, while the line is as good as before. */
  static boolean isRefusal(Throwable failure) {
    return failure instanceof SftpException
        && !(failure instanceof ConnectionException)
        && !(failure instanceof OperationTimeoutException);
  }

  /**
   * Says whether a failure is one of the line or of the call, after which nothing more can work.
   */
  static boolean endsAll(IOException failure) {
    return failure instanceof ConnectionException
        || failure instanceof OperationTimeoutException
        || failure instanceof InterruptedIOException;
  }
}
