package io.github.jsftp.internal.async;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Sends requests, so many at a time, the rest in order as answers come. For use on one loop. */
public final class RequestLimiter {
  private final EventLoop loop;
  private final IntSupplier limit;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private CompletableFuture<Void> room = CompletableFuture.completedFuture(null);
  private int inFlight;

  /** Sends at most so many requests at a time, but always one; the limit is asked each time. */
  public RequestLimiter(EventLoop loop, IntSupplier limit) {
    this.loop = loop;
    this.limit = limit;
  }

  /** Sends a request when there is room; the future completes on the loop. */
  public <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request) {
    return send(request, waiting::addLast);
  }

  /** Sends a request as soon as there is room, before those that wait. */
  public <T> CompletableFuture<T> sendNext(Supplier<CompletableFuture<T>> request) {
    return send(request, waiting::addFirst);
  }

  private <T> CompletableFuture<T> send(
      Supplier<CompletableFuture<T>> request, Consumer<Runnable> queue) {
    var result = new CompletableFuture<T>();
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
                    },
                    loop));
    fill();
    return result;
  }

  /** Completes, on the loop, when a further request would leave at once. */
  public CompletableFuture<Void> room() {
    if (room.isDone() && !hasRoom()) {
      room = new CompletableFuture<>();
    }
    return room;
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
