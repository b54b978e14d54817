package io.github.jsftp.internal.reconnect;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.Retold;
import io.github.jsftp.internal.remote.ServerErrors;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Finds out what has become of requests whose answers were lost. */
public final class LostReplyResolver {
  private LostReplyResolver() {}

  /** Nobody knows what has become of a request, and asking again does not help. */
  static final class OutcomeUnknownException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Throwable failure;

    OutcomeUnknownException(Throwable failure) {
      super(failure);
      this.failure = failure;
    }

    /** Returns what the user is told. */
    Throwable failure() {
      return failure;
    }
  }

  /** Repeats a request unless a look tells that it was done; a look that is refused tells not. */
  static <T> CompletableFuture<Void> repeatUnlessDone(
      CompletableFuture<T> check, Predicate<T> isDone, Supplier<CompletableFuture<Void>> repeat) {
    return check
        .handle(
            (state, failure) -> {
              if (failure == null) {
                return isDone.test(state)
                    ? CompletableFuture.<Void>completedFuture(null)
                    : repeat.get();
              }
              return ServerErrors.isRefusal(Await.cause(failure))
                  ? repeat.get()
                  : CompletableFuture.<Void>failedFuture(failure);
            })
        .thenCompose(outcome -> outcome);
  }

  /** Makes it the outcome of a removal that nothing is there, which is all that was wanted. */
  public static CompletableFuture<Void> acceptIfGone(CompletableFuture<Void> removal) {
    return removal.exceptionallyCompose(
        failure ->
            Await.cause(failure) instanceof NoSuchPathException
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(failure));
  }

  /**
   * Repeats a renaming if the old name is still there. If only the new one is, it was done; if
   * neither, somebody else has been at work. The lost request may even take effect while this
   * looks.
   */
  static CompletableFuture<Void> repeatRename(
      RemoteStore store,
      String from,
      String to,
      Throwable lost,
      Supplier<CompletableFuture<Void>> repeat) {
    return ifGone(
        store,
        from,
        () ->
            repeat
                .get()
                .exceptionallyCompose(
                    failure ->
                        Await.cause(failure) instanceof NoSuchPathException
                            ? ifGone(
                                store,
                                from,
                                () -> CompletableFuture.failedFuture(failure),
                                () -> requireExists(store, to, lost))
                            : CompletableFuture.failedFuture(failure)),
        () -> requireExists(store, to, lost));
  }

  private static CompletableFuture<Void> ifGone(
      RemoteStore store,
      String path,
      Supplier<CompletableFuture<Void>> ifThere,
      Supplier<CompletableFuture<Void>> ifGone) {
    return store
        .lstat(path)
        .handle(
            (info, failure) -> {
              if (failure == null) {
                return ifThere.get();
              }
              return Await.cause(failure) instanceof NoSuchPathException
                  ? ifGone.get()
                  : CompletableFuture.<Void>failedFuture(failure);
            })
        .thenCompose(outcome -> outcome);
  }

  private static CompletableFuture<Void> requireExists(
      RemoteStore store, String to, Throwable lost) {
    return store
        .lstat(to)
        .<Void>thenApply(there -> null)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    Await.cause(failure) instanceof NoSuchPathException
                        ? outcomeUnknown(lost, "it was renamed: neither name is there now")
                        : failure));
  }

  /**
   * Returns the exception for an outcome that can't be found out.
   *
   * @param lost why the answer did not come
   * @param what what is not known, to follow "whether"
   */
  static OutcomeUnknownException outcomeUnknown(Throwable lost, String what) {
    if (!(lost instanceof SftpException failure)) {
      return new OutcomeUnknownException(lost);
    }
    boolean isTimeout = lost instanceof OperationTimeoutException;
    String why = isTimeout ? failure.details().problem() : "connection lost";
    return new OutcomeUnknownException(
        Retold.saying(why + ", and unknown whether " + what, failure));
  }
}
