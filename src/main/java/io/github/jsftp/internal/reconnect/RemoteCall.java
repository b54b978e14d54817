package io.github.jsftp.internal.reconnect;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.RemoteStore.OpenMode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One user's call: its event loop, and a store that outlives lost connections. Steps run on the
 * thread of the call, so that nothing here needs a lock.
 */
public class RemoteCall {
  private final EventLoop loop = new EventLoop();
  private final Attempts attempts = new Attempts();
  private final ReconnectingStore store;
  private volatile boolean stopped; // read by the disk's threads

  public RemoteCall(RemoteStore store, Backoff backoff) {
    this.store = new ReconnectingStore(store, loop, attempts, backoff);
  }

  public EventLoop loop() {
    return loop;
  }

  public RemoteStore store() {
    return store;
  }

  /** Returns what counts the attempts of this call. */
  public Attempts attempts() {
    return attempts;
  }

  /** Says whether the call has failed, so that nothing new may begin. */
  public boolean isStopped() {
    return stopped;
  }

  /** Starts nothing new from now on; steps under way are not continued. */
  public void stopSteps() {
    stopped = true;
  }

  /** Opens a file that is lost with the line. */
  public RemoteHandle open(String path, Set<OpenMode> modes) throws IOException {
    return await(store.openOnce(path, modes));
  }

  /** Makes a directory; fails when nobody knows whether it was this call that made it. */
  public void mkdir(String dir, Attributes attributes) throws IOException {
    await(store.mkdirOnce(dir, attributes));
  }

  /** Gives up waiting for the line; what is asked afterwards, to clean up, waits anew. */
  public void stopReconnecting() {
    store.gate().abandon();
  }

  /** Says whether the line was lost on the way. */
  public boolean hadConnectionLoss() {
    return attempts.count() > 1;
  }

  /**
   * Waits for an answer.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   * @throws IOException what it failed with
   */
  public <T extends @Nullable Object> T await(CompletableFuture<T> reply) throws IOException {
    try {
      return loop.run(reply);
    } catch (InterruptedIOException | RuntimeException | Error e) {
      store.release(); // closes handles that arrive late
      throw e;
    }
  }

  /** Does the same, but for no longer than this; then it fails. */
  public <T> T await(CompletableFuture<T> reply, Duration limit, IOException timeout)
      throws IOException {
    loop.schedule(limit.toNanos(), () -> reply.completeExceptionally(timeout));
    return loop.run(reply);
  }

  /** Waits for a line after a step has failed as a whole; fails with what can't be cured so. */
  public CompletableFuture<Void> awaitReconnect(Throwable failure, String path) {
    var reconnected = new CompletableFuture<Void>();
    ReconnectGate gate = store.gate();
    gate.await(
        failure,
        gate.outages(),
        path,
        () -> reconnected.complete(null),
        reconnected::completeExceptionally);
    return reconnected;
  }

  /** Continues on the call's thread, unless the call has failed meanwhile. */
  public <T, R> CompletableFuture<R> then(
      CompletableFuture<T> step, Function<T, CompletableFuture<R>> next) {
    return step.thenComposeAsync(
        value -> {
          if (stopped) {
            throw new CancellationException();
          }
          return next.apply(value);
        },
        loop);
  }

  /** Continues on the call's thread after a failure, with another outcome. */
  public <T> CompletableFuture<T> recover(
      CompletableFuture<T> step, Function<Throwable, CompletableFuture<T>> next) {
    return step.handleAsync(
            (value, failure) ->
                failure == null
                    ? CompletableFuture.completedFuture(value)
                    : next.apply(Await.cause(failure)),
            loop)
        .thenCompose(Function.identity());
  }

  /**
   * Continues on the call's thread; whatever fails, before or then, fails the whole.
   *
   * @param wording turns the step's failure into that of the whole
   */
  public <T> void step(
      CompletableFuture<?> whole,
      CompletableFuture<T> step,
      UnaryOperator<Throwable> wording,
      Consumer<T> next) {
    step.whenCompleteAsync(
        (value, failure) -> {
          try {
            if (failure == null) {
              next.accept(value);
            } else {
              whole.completeExceptionally(wording.apply(Await.cause(failure)));
            }
          } catch (RuntimeException | Error e) {
            whole.completeExceptionally(e);
          }
        },
        loop);
  }
}
