package io.github.jsftp.internal.async;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Limits the number of requests in flight. The others wait and are sent in order as replies arrive.
 * For use on one loop.
 */
public final class RequestLimiter {
  private final EventLoop loop;
  private final IntSupplier limit;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private CompletableFuture<Void> room = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> allReplied = CompletableFuture.completedFuture(null);
  private int inFlight;
  private int unfinished; // in flight or waiting

  /**
   * Creates a limiter.
   *
   * @param limit returns the current maximum of requests in flight; at least one is always allowed
   */
  public RequestLimiter(EventLoop loop, IntSupplier limit) {
    this.loop = loop;
    this.limit = limit;
  }

  /** Sends a request when the limit allows it; the future completes on the loop. */
  public <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request) {
    return send(request, waiting::addLast);
  }

  /** Sends a request when the limit allows it, before those that already wait. */
  public <T> CompletableFuture<T> sendNext(Supplier<CompletableFuture<T>> request) {
    return send(request, waiting::addFirst);
  }

  private <T> CompletableFuture<T> send(
      Supplier<CompletableFuture<T>> request, Consumer<Runnable> queue) {
    var result = new CompletableFuture<T>();
    if (unfinished++ == 0) {
      allReplied = new CompletableFuture<>();
    }
    queue.accept(
        () ->
            request
                .get()
                .whenCompleteAsync(
                    (value, failure) -> {
                      inFlight--;
                      fill();
                      if (failure == null) {
                        result.complete(value);
                      } else {
                        result.completeExceptionally(Await.cause(failure));
                      }
                      if (--unfinished == 0) {
                        allReplied.complete(null);
                      }
                    },
                    loop));
    fill();
    return result;
  }

  /**
   * Returns a future that completes on the loop once a further request can be sent without waiting.
   */
  public CompletableFuture<Void> room() {
    if (room.isDone() && !hasRoom()) {
      room = new CompletableFuture<>();
    }
    return room;
  }

  /**
   * Returns a future that completes on the loop once all requests so far, and those that are sent
   * in response to their replies, have their replies.
   */
  public CompletableFuture<Void> allReplied() {
    return allReplied;
  }

  private boolean hasRoom() {
    return waiting.isEmpty() && inFlight < Math.max(1, limit.getAsInt());
  }

  private void fill() {
    while (!waiting.isEmpty() && inFlight < Math.max(1, limit.getAsInt())) {
      inFlight++;
      waiting.remove().run();
    }
    if (hasRoom()) {
      room.complete(null);
    }
  }
}
