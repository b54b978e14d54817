package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.internal.async.Await;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ends the waits of one call early if another thread cancels it. Safe for use by any thread. */
final class Cancellation {
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<Void> awaited;

  boolean isCancelled() {
    return cancelled.isDone();
  }

  void cancel(IOException reason) {
    cancelled.completeExceptionally(reason);
    CompletableFuture<Void> event = awaited;
    if (event != null) {
      event.completeExceptionally(reason);
    }
  }

  /** Throws the reason if the call is cancelled. */
  void throwIfCancelled() throws IOException {
    if (cancelled.isDone()) {
      Await.result(cancelled);
    }
  }

  /** Makes an event fail if the call is cancelled. Replaces the previous event. */
  void failIfCancelled(CompletableFuture<Void> event) throws IOException {
    awaited = event;
    throwIfCancelled();
  }

  /** Runs work on an executor. Returns its outcome, or the reason once the call is cancelled. */
  <T extends @Nullable Object> CompletableFuture<T> outcome(
      Supplier<CompletableFuture<T>> work, Executor executor) {
    var outcome = new CompletableFuture<T>();
    cancelled.whenComplete((nothing, reason) -> outcome.completeExceptionally(reason));
    CompletableFuture.completedFuture(true)
        .thenComposeAsync(go -> work.get(), executor)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                outcome.complete(value);
              } else {
                outcome.completeExceptionally(failure);
              }
            });
    return outcome;
  }
}
