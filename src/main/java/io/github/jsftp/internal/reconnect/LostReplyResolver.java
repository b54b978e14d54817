package io.github.jsftp.internal.reconnect;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.ExceptionTranslator;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Finds out whether requests have taken effect whose replies were lost. */
public final class LostReplyResolver {
  private LostReplyResolver() {}

  /**
   * Thrown if it is unknown whether a request has taken effect, and repeating it would not help.
   */
  static final class OutcomeUnknownException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Throwable failure;

    OutcomeUnknownException(Throwable failure) {
      super(failure);
      this.failure = failure;
    }

    /** Returns the failure for the user. */
    Throwable failure() {
      return failure;
    }
  }

  /**
   * Repeats a request unless a check shows that it has already taken effect. If the server refuses
   * the check, the request is repeated.
   */
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

  /** Accepts the failure of a removal if the path does not exist. */
  public static CompletableFuture<Void> acceptIfGone(CompletableFuture<Void> removal) {
    return removal.exceptionallyCompose(
        failure ->
            Await.cause(failure) instanceof NoSuchPathException
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(failure));
  }

  /**
   * Repeats a rename if the old path still exists. If only the new path exists, the rename has
   * taken effect. If neither exists, the outcome is unknown. The lost request may take effect even
   * during these checks.
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
                        isPerhapsRenamed(Await.cause(failure))
                            ? ifGone(
                                store,
                                from,
                                () -> CompletableFuture.failedFuture(failure),
                                () -> requireExists(store, to, lost))
                            : CompletableFuture.failedFuture(failure)),
        () -> requireExists(store, to, lost));
  }

  /** Returns true if the failure of the repetition may be due to the lost request. */
  private static boolean isPerhapsRenamed(Throwable failure) {
    return failure instanceof NoSuchPathException || failure instanceof PathExistsException;
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
   * Returns the exception for an unknown outcome.
   *
   * @param lost why the reply was lost
   * @param what what is unknown, to follow "whether"
   */
  static OutcomeUnknownException outcomeUnknown(Throwable lost, String what) {
    if (!(lost instanceof SftpException failure)) {
      return new OutcomeUnknownException(lost);
    }
    boolean isTimeout = lost instanceof OperationTimeoutException;
    String why = isTimeout ? Details.of(failure).problem() : "connection lost";
    return new OutcomeUnknownException(
        ExceptionTranslator.saying(why + ", and unknown whether " + what, failure));
  }
}
