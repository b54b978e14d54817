package io.github.jsftp.internal.reconnect;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.remote.ServerErrors;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open file that is reopened after a lost connection; its reads and writes without a reply are
 * repeated. It is not reopened if acknowledged writes are missing. Requests that come after reads
 * and writes, such as closing, stay after them.
 */
final class ReconnectingHandle implements RemoteHandle {
  private final ReconnectingStore store;
  private final String path;
  private final FileReopener reopener;
  private final AtomicInteger dataInFlight =
      new AtomicInteger(); // reads and writes without a reply
  private final ArrayDeque<Runnable> afterData =
      new ArrayDeque<>(); // requests that wait until all reads and writes have their replies
  private volatile RemoteHandle handle;
  private volatile int outagesAtOpening; // the value of ReconnectGate.outages
  private volatile boolean wasLost;
  private @Nullable CompletableFuture<RemoteHandle> reopening;
  private @Nullable CompletableFuture<Void> closing;

  /** Creates a handle for an open file. */
  ReconnectingHandle(
      ReconnectingStore store, String path, FileReopener reopener, RemoteHandle handle) {
    this.store = store;
    this.path = path;
    this.reopener = reopener;
    this.handle = handle;
    outagesAtOpening = store.gate().outages();
  }

  /**
   * A request for the open file.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  private interface HandleRequest<T> {
    /**
     * Sends the request.
     *
     * @param handle the current handle of the file
     * @param lost the handle on which the previous attempt was lost, or null at the first attempt
     */
    CompletableFuture<T> send(RemoteHandle handle, @Nullable RemoteHandle lost);
  }

  @Override
  public int requestSize() {
    return handle.requestSize();
  }

  @Override
  public int maxInFlight() {
    return handle.maxInFlight();
  }

  @Override
  public CompletableFuture<Integer> read(long offset, ByteBuffer into) {
    int position = into.position();
    return sendData(
        0,
        (current, lost) -> {
          if (lost != null) {
            into.position(position);
            store.attempts().addBytesSentAgain(into.remaining());
          }
          return RequestSplitter.read(current, offset, into);
        });
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    return sendData(
        offset + from.remaining(),
        (current, lost) -> {
          if (lost != null) {
            store.attempts().addBytesSentAgain(from.remaining());
          }
          return RequestSplitter.write(current, offset, from);
        });
  }

  /**
   * Sends a read or write.
   *
   * @param end the end offset of a write, or 0 for a read
   */
  private <T> CompletableFuture<T> sendData(long end, HandleRequest<T> request) {
    dataInFlight.incrementAndGet();
    var reply = new CompletableFuture<T>();
    attemptData(end, request, null, reply);
    return reply;
  }

  private <T> void attemptData(
      long end, HandleRequest<T> request, @Nullable RemoteHandle lost, CompletableFuture<T> reply) {
    int outages = outagesAtOpening;
    RemoteHandle current = handle;
    request
        .send(current, lost)
        .whenComplete(
            (value, failure) -> {
              Throwable cause = failure == null ? null : Await.cause(failure);
              if (cause != null && ServerErrors.isLost(cause)) {
                Consumer<Throwable> giveUp = gone -> completeData(reply, null, gone);
                Runnable retry = () -> attemptData(end, request, current, reply);
                awaitReconnect(
                    cause, outages, () -> reopenAndRetry(current, retry, giveUp), giveUp);
                return;
              }
              store.gate().onReply(true);
              if (cause == null && end > 0) {
                reopener.recordAcknowledged(end);
              }
              completeData(reply, value, cause);
            });
  }

  private <T> void completeData(
      CompletableFuture<T> reply, @Nullable T value, @Nullable Throwable failure) {
    if (dataInFlight.decrementAndGet() == 0 && wasLost) {
      store.loop().execute(this::runAfterData);
    }
    if (failure == null) {
      reply.complete(value);
    } else {
      reply.completeExceptionally(failure);
    }
  }

  private void awaitReconnect(
      Throwable cause, int outages, Runnable retry, Consumer<Throwable> giveUp) {
    store
        .loop()
        .execute(
            () -> {
              wasLost = true;
              store.gate().await(cause, outages, path, retry, giveUp);
            });
  }

  /** Repeats a read or write once the file is reopened. */
  private void reopenAndRetry(RemoteHandle lost, Runnable retry, Consumer<Throwable> giveUp) {
    if (handle != lost) {
      retry.run();
      return;
    }
    CompletableFuture<RemoteHandle> opening = reopening;
    if (opening == null) {
      opening =
          store
              .sendPreparatory(path, before -> reopener.open())
              .whenCompleteAsync(
                  (reopened, failure) -> {
                    reopening = null;
                    if (failure == null) {
                      handle = reopened;
                      outagesAtOpening = store.gate().outages();
                    }
                  },
                  store.loop());
      reopening = opening;
    }
    opening.whenCompleteAsync(
        (reopened, failure) -> {
          if (failure == null) {
            retry.run();
          } else {
            giveUp.accept(Await.cause(failure));
          }
        },
        store.loop());
  }

  /**
   * Sends a request that has to follow all reads and writes. It waits for them only if the
   * connection was lost; otherwise the channel keeps the order.
   */
  private <T> CompletableFuture<T> sendAfterData(HandleRequest<T> request) {
    var reply = new CompletableFuture<T>();
    RemoteHandle current = handle;
    if (wasLost) { // keeps the order of such requests
      store
          .loop()
          .execute(() -> enqueueAfterData(() -> attemptAfterData(request, handle, null, reply)));
    } else {
      attemptAfterData(request, current, null, reply);
    }
    return reply;
  }

  private void enqueueAfterData(Runnable request) {
    afterData.add(request);
    runAfterData();
  }

  private void runAfterData() {
    while (dataInFlight.get() == 0 && !afterData.isEmpty()) {
      afterData.remove().run();
    }
  }

  private <T> void attemptAfterData(
      HandleRequest<T> request,
      RemoteHandle current,
      @Nullable RemoteHandle lost,
      CompletableFuture<T> reply) {
    int outages = lost == null ? outagesAtOpening : store.gate().outages();
    request
        .send(current, lost)
        .whenComplete(
            (value, failure) -> {
              Throwable cause = failure == null ? null : Await.cause(failure);
              if (cause == null || !ServerErrors.isLost(cause)) {
                store.gate().onReply(false);
              }
              if (cause == null) {
                reply.complete(value);
              } else if (!ServerErrors.isLost(cause)) {
                reply.completeExceptionally(cause);
              } else {
                store.loop().execute(() -> retryAfterData(request, cause, outages, current, reply));
              }
            });
  }

  /** Waits for a new connection, and for the reads and writes that wait for it. */
  private <T> void retryAfterData(
      HandleRequest<T> request,
      Throwable cause,
      int outages,
      RemoteHandle current,
      CompletableFuture<T> reply) {
    wasLost = true;
    Runnable retry =
        () -> enqueueAfterData(() -> attemptAfterData(request, handle, current, reply));
    enqueueAfterData(
        () -> store.gate().await(cause, outages, path, retry, reply::completeExceptionally));
  }

  @Override
  public CompletableFuture<FileInfo> stat() {
    return sendAfterData(
        (current, lost) -> lost == null ? current.stat() : store.delegate().stat(path));
  }

  @Override
  public CompletableFuture<Void> setAttributes(AttributeChanges set) {
    return sendAfterData(
        (current, lost) ->
            lost == null ? current.setAttributes(set) : store.delegate().setAttributes(path, set));
  }

  @Override
  public CompletableFuture<Void> fsync() {
    return sendAfterData(
        (current, lost) -> lost == null || current != lost ? current.fsync() : fsyncAgain());
  }

  private CompletableFuture<Void> fsyncAgain() {
    return store
        .delegate()
        .open(path, Set.of(OpenFlag.WRITE), AttributeChanges.NONE)
        .thenCompose(opened -> opened.fsync().whenComplete((synced, failed) -> opened.close()));
  }

  /** Opens a file that is not reopened after a lost connection. */
  @Override
  public CompletableFuture<RemoteHandle> openOnSameChannel(
      String other, Set<OpenFlag> flags, AttributeChanges attributes) {
    return handle.openOnSameChannel(other, flags, attributes);
  }

  /** Copies without repetition: after a lost connection the outcome is unknown. */
  @Override
  public CompletableFuture<Void> copyData(
      long offset, long length, RemoteHandle target, long targetOffset) {
    return handle.copyData(offset, length, target, targetOffset);
  }

  @Override
  public synchronized CompletableFuture<Void> close() {
    CompletableFuture<Void> known = closing;
    if (known == null) {
      known = sendAfterData(this::close);
      closing = known;
    }
    return known;
  }

  /**
   * Closes the file. If its connection was lost, the server has closed it, so only its size is
   * checked.
   */
  private CompletableFuture<Void> close(RemoteHandle current, @Nullable RemoteHandle lost) {
    if (current != lost) {
      return current.close();
    }
    return reopener.checkSize();
  }
}
