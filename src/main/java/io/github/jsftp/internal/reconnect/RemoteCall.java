package io.github.jsftp.internal.reconnect;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One user's call: its event loop, and a store that survives lost connections. All steps run on the
 * thread of the call, so nothing here needs a lock.
 */
public class RemoteCall {
  /** How long cleaning up may delay an interrupt, or a failure that leaves no file behind. */
  public static final Duration SHORT_CLEANUP_LIMIT = Duration.ofMillis(800);

  private final EventLoop loop;
  private final Attempts attempts;
  private final ReconnectingStore store;
  private final AtomicBoolean stopped; // read by the threads for local files

  public RemoteCall(RemoteStore store, Backoff backoff) {
    loop = new EventLoop();
    attempts = new Attempts();
    stopped = new AtomicBoolean();
    this.store = new ReconnectingStore(store, loop, attempts, backoff);
  }

  /** Creates the part of a call that uses another store. It shares everything else. */
  protected RemoteCall(RemoteCall call, RemoteStore store, Backoff backoff) {
    loop = call.loop;
    attempts = call.attempts;
    stopped = call.stopped;
    this.store = new ReconnectingStore(store, loop, attempts, backoff);
  }

  public EventLoop loop() {
    return loop;
  }

  public RemoteStore store() {
    return store;
  }

  /** Returns the counter of this call's attempts. */
  public Attempts attempts() {
    return attempts;
  }

  /** Returns true if the call has failed, so that no new step may start. */
  public boolean isStopped() {
    return stopped.get();
  }

  /** Prevents new steps. Steps in progress are not continued. */
  public void stopSteps() {
    stopped.set(true);
  }

  /** Opens a file that is not reopened after a lost connection. */
  public RemoteHandle open(String path, Set<OpenFlag> flags) throws IOException {
    return await(store.openOnce(path, flags));
  }

  /**
   * Creates a directory. If the reply is lost and the directory then exists, fails, since it is
   * unknown who created it.
   */
  public void mkdir(String dir, AttributeChanges attributes) throws IOException {
    await(store.mkdirOnce(dir, attributes));
  }

  /**
   * Fails all requests that wait for a connection. Later requests, such as those that clean up, may
   * wait again.
   */
  public void stopReconnecting() {
    store.gate().abandon();
  }

  /** Waits a moment for the replies to requests in flight, after this call has failed. */
  public void awaitReplies(RequestLimiter requests) {
    stopReconnecting();
    loop.runUninterruptibly(requests.allReplied(), SHORT_CLEANUP_LIMIT);
  }

  /** Returns true if the connection was lost during this call. */
  public boolean hadConnectionLoss() {
    return attempts.count() > 1;
  }

  /**
   * Waits for a reply.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted; its interrupt status stays
   *     set
   * @throws IOException the failure of the request
   */
  public <T extends @Nullable Object> T await(CompletableFuture<T> reply) throws IOException {
    try {
      return loop.run(reply);
    } catch (InterruptedIOException | RuntimeException | Error e) {
      store.release(); // closes files whose open requests complete later
      throw e;
    }
  }

  /** Waits for a reply, but fails with {@code timeout} once the limit is exceeded. */
  public <T> T await(CompletableFuture<T> reply, Duration limit, IOException timeout)
      throws IOException {
    loop.schedule(limit.toNanos(), () -> reply.completeExceptionally(timeout));
    return loop.run(reply);
  }

  /**
   * Waits for a new connection after a whole step has failed. Fails with the same failure if a new
   * connection would not help.
   */
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

  /** Continues on the call's thread, unless the call has been stopped meanwhile. */
  public <T, R> CompletableFuture<R> then(
      CompletableFuture<T> step, Function<T, CompletableFuture<R>> next) {
    return step.thenComposeAsync(
        value -> {
          if (stopped.get()) {
            throw new CancellationException();
          }
          return next.apply(value);
        },
        loop);
  }

  /** Continues on the call's thread after a failure, with the outcome of {@code next}. */
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
   * Continues on the call's thread. A failure of the step or of {@code next} fails the whole.
   *
   * @param wording converts the step's failure to that of the whole
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
