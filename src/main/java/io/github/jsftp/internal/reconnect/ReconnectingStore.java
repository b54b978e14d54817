package io.github.jsftp.internal.reconnect;

import io.github.jsftp.FileInfo;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that survives lost connections: requests without a reply are repeated on a new
 * connection. If a request must not take effect twice, its effect is checked first. Files are
 * reopened and continue at their offsets.
 *
 * <p>Requests may be sent by any thread. They are repeated on the loop, which must be running. A
 * reply at the first attempt does not pass through the loop.
 */
final class ReconnectingStore implements RemoteStore {
  private final RemoteStore store;
  private final EventLoop loop;
  private final Attempts attempts;
  private final ReconnectGate gate;

  ReconnectingStore(RemoteStore store, EventLoop loop, Attempts attempts, Backoff backoff) {
    this(store, loop, attempts, new ReconnectGate(store, loop, attempts, backoff));
  }

  private ReconnectingStore(
      RemoteStore store, EventLoop loop, Attempts attempts, ReconnectGate gate) {
    this.store = store;
    this.loop = loop;
    this.attempts = attempts;
    this.gate = gate;
  }

  /** A request that can be repeated. */
  @FunctionalInterface
  interface RepeatableRequest<T> {
    /**
     * Sends the request.
     *
     * @param lost why the reply to the previous attempt was lost, or null at the first attempt
     */
    CompletableFuture<T> send(@Nullable Throwable lost);
  }

  /** Sends a request and repeats it until there is a reply. */
  <T> CompletableFuture<T> send(String path, RepeatableRequest<T> request) {
    var reply = new CompletableFuture<T>();
    start(path, request, true, reply);
    return reply;
  }

  /**
   * Sends a request that only prepares others, such as opening a file. Its reply does not reset the
   * count of retries.
   */
  <T> CompletableFuture<T> sendPreparatory(String path, RepeatableRequest<T> request) {
    var reply = new CompletableFuture<T>();
    start(path, request, false, reply);
    return reply;
  }

  private <T> void attempt(
      String path,
      RepeatableRequest<T> request,
      @Nullable Throwable lost,
      boolean isProgress,
      CompletableFuture<T> reply) {
    int outages = gate.outages();
    request
        .send(lost)
        .whenComplete(
            (value, failure) -> {
              Throwable cause = failure == null ? null : Await.cause(failure);
              if (cause != null && ServerErrors.isLost(cause)) {
                Runnable retry = () -> attempt(path, request, cause, isProgress, reply);
                loop.execute(
                    () -> gate.await(cause, outages, path, retry, reply::completeExceptionally));
                return;
              }
              gate.onReply(isProgress);
              if (cause == null) {
                reply.complete(value);
              } else {
                reply.completeExceptionally(
                    cause instanceof LostReplyResolver.OutcomeUnknownException unknown
                        ? unknown.failure()
                        : cause);
              }
            });
  }

  /**
   * Sends the request now, or once the connection is back. If sent earlier, it would bypass the
   * gradual release.
   */
  private <T> void start(
      String path, RepeatableRequest<T> request, boolean isProgress, CompletableFuture<T> reply) {
    Runnable ask = () -> attempt(path, request, null, isProgress, reply);
    if (gate.isConnectionLost()) {
      loop.execute(() -> gate.awaitIfLost(ask, reply::completeExceptionally));
    } else {
      ask.run();
    }
  }

  /** Returns the store that sends the requests. */
  RemoteStore delegate() {
    return store;
  }

  ReconnectGate gate() {
    return gate;
  }

  Attempts attempts() {
    return attempts;
  }

  EventLoop loop() {
    return loop;
  }

  @Override
  public RemoteStore named(String operation) {
    return new ReconnectingStore(store.named(operation), loop, attempts, gate);
  }

  @Override
  public void release() {
    store.release();
  }

  @Override
  public Details details(@Nullable String path, String problem) {
    return store.details(path, problem);
  }

  @Override
  public CompletableFuture<FileInfo> stat(String path) {
    return send(path, lost -> store.stat(path));
  }

  @Override
  public CompletableFuture<FileInfo> lstat(String path) {
    return send(path, lost -> store.lstat(path));
  }

  @Override
  public CompletableFuture<String> realpath(String path) {
    return send(path, lost -> store.realpath(path));
  }

  @Override
  public CompletableFuture<String> readlink(String link) {
    return send(link, lost -> store.readlink(link));
  }

  @Override
  public CompletableFuture<Void> symlink(String target, String link) {
    return send(
        link,
        lost ->
            lost == null
                ? store.symlink(target, link)
                : LostReplyResolver.repeatUnlessDone(
                    store.readlink(link), target::equals, () -> store.symlink(target, link)));
  }

  @Override
  public CompletableFuture<Void> hardlink(String file, String link) {
    return send(file, lost -> orOutcomeUnknown(store.hardlink(file, link), lost));
  }

  @Override
  public CompletableFuture<StatVfs> statvfs(String path) {
    return send(path, lost -> store.statvfs(path));
  }

  /**
   * Creates a directory. After a lost reply, fails with PathExistsException if it exists, whoever
   * created it.
   */
  @Override
  public CompletableFuture<Void> mkdir(String dir, AttributeChanges attributes) {
    return send(dir, lost -> store.mkdir(dir, attributes));
  }

  /** Creates a directory. After a lost reply, fails with an unknown outcome if it exists. */
  CompletableFuture<Void> mkdirOnce(String dir, AttributeChanges attributes) {
    return send(dir, lost -> orOutcomeUnknown(store.mkdir(dir, attributes), lost));
  }

  /** Replaces PathExistsException by an unknown outcome if the previous reply was lost. */
  private static <T> CompletableFuture<T> orOutcomeUnknown(
      CompletableFuture<T> creation, @Nullable Throwable lost) {
    return creation.exceptionallyCompose(
        failure ->
            CompletableFuture.failedFuture(
                lost != null && Await.cause(failure) instanceof PathExistsException
                    ? LostReplyResolver.outcomeUnknown(lost, "this call created it")
                    : failure));
  }

  @Override
  public CompletableFuture<Void> rmdir(String dir) {
    return sendRemoval(dir, () -> store.rmdir(dir));
  }

  @Override
  public CompletableFuture<Void> remove(String path) {
    return sendRemoval(path, () -> store.remove(path));
  }

  private CompletableFuture<Void> sendRemoval(
      String path, Supplier<CompletableFuture<Void>> removal) {
    return send(
        path,
        lost ->
            lost == null
                ? removal.get()
                : LostReplyResolver.acceptIfGone(
                    store.lstat(path).thenCompose(there -> removal.get())));
  }

  @Override
  public CompletableFuture<Void> rename(String from, String to) {
    return send(
        from,
        lost ->
            lost == null
                ? store.rename(from, to)
                : LostReplyResolver.repeatRename(
                    store, from, to, lost, () -> store.rename(from, to)));
  }

  @Override
  public CompletableFuture<Void> replace(String from, String to, String aside) {
    return send(
        from,
        lost ->
            lost == null
                ? store.replace(from, to, aside)
                : LostReplyResolver.repeatRename(
                        store, from, to, lost, () -> store.replace(from, to, aside))
                    .thenCompose(done -> removeLeftover(aside)));
  }

  /** Removes the old target, which may remain if the connection was lost between two steps. */
  private CompletableFuture<Void> removeLeftover(String aside) {
    return store
        .remove(aside)
        .exceptionallyCompose(
            failure ->
                ServerErrors.isRefusal(Await.cause(failure))
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure));
  }

  @Override
  public CompletableFuture<Void> setAttributes(String path, AttributeChanges attributes) {
    return send(path, lost -> store.setAttributes(path, attributes));
  }

  @Override
  public CompletableFuture<Digests> hash(
      String path, List<String> algorithms, long size, long piece) {
    return send(path, lost -> store.hash(path, algorithms, size, piece));
  }

  @Override
  public CompletableFuture<RemoteListing> list(String dir) {
    return send(dir, lost -> store.list(dir))
        .thenApply(it -> new ReconnectingListing(this, dir, it));
  }

  @Override
  public CompletableFuture<RemoteHandle> open(
      String path, Set<OpenFlag> flags, AttributeChanges attributes) {
    return send(path, lost -> openFile(path, flags, attributes, lost))
        .thenApply(handle -> reconnecting(path, flags, attributes, false, handle));
  }

  /**
   * Opens a file that is not reopened after a lost connection.
   *
   * @return fails with an unknown outcome if it is unknown who created the file
   */
  CompletableFuture<RemoteHandle> openOnce(String path, Set<OpenFlag> flags) {
    return sendPreparatory(
        path, lost -> orOutcomeUnknown(store.open(path, flags, AttributeChanges.NONE), lost));
  }

  /**
   * Opens a file. If the reply to its exclusive creation was lost, an existing empty file is taken
   * for the created one: almost all such names are random.
   */
  private CompletableFuture<RemoteHandle> openFile(
      String path, Set<OpenFlag> flags, AttributeChanges attributes, @Nullable Throwable lost) {
    CompletableFuture<RemoteHandle> opening = store.open(path, flags, attributes);
    if (lost == null || !flags.contains(OpenFlag.EXCLUSIVE)) {
      return opening;
    }
    return opening.exceptionallyCompose(
        failure ->
            Await.cause(failure) instanceof PathExistsException there
                ? store
                    .stat(path)
                    .thenCompose(
                        info ->
                            info.size() == 0
                                ? store.open(path, Set.of(OpenFlag.WRITE), AttributeChanges.NONE)
                                : CompletableFuture.failedFuture(there))
                : CompletableFuture.failedFuture(failure));
  }

  @Override
  public List<CompletableFuture<RemoteHandle>> openStripes(
      String path, Set<OpenFlag> flags, AttributeChanges attributes, int stripes) {
    var opened = new ArrayList<CompletableFuture<RemoteHandle>>();
    for (CompletableFuture<RemoteHandle> stripe :
        store.openStripes(path, flags, attributes, stripes)) {
      opened.add(reconnectingStripe(path, flags, attributes, stripe));
    }
    return opened;
  }

  @Override
  public CompletableFuture<RemoteHandle> openOnNewChannel(
      String path, Set<OpenFlag> flags, AttributeChanges attributes) {
    return reconnectingStripe(
        path, flags, attributes, store.openOnNewChannel(path, flags, attributes));
  }

  /**
   * Returns a stripe. If the server refuses it, or the connection is lost meanwhile, the caller
   * does without it.
   */
  private CompletableFuture<RemoteHandle> reconnectingStripe(
      String path,
      Set<OpenFlag> flags,
      AttributeChanges attributes,
      CompletableFuture<RemoteHandle> stripe) {
    return stripe.thenApply(handle -> reconnecting(path, flags, attributes, true, handle));
  }

  private RemoteHandle reconnecting(
      String path,
      Set<OpenFlag> flags,
      AttributeChanges attributes,
      boolean isStripe,
      RemoteHandle handle) {
    var reopener = new FileReopener(store, path, flags, attributes, isStripe);
    return new ReconnectingHandle(this, path, reopener, handle);
  }

  @Override
  public void expectStripes(int stripes) {
    store.expectStripes(stripes);
  }

  @Override
  public Duration timeout() {
    return store.timeout();
  }

  @Override
  public long roundTrip() {
    return store.roundTrip();
  }

  @Override
  public int maxInFlight() {
    return store.maxInFlight();
  }

  @Override
  public int maxStripes(long left) {
    return store.maxStripes(left);
  }

  @Override
  public CompletableFuture<Void> reconnect(String path) {
    return store.reconnect(path);
  }

  @Override
  public boolean isClosed() {
    return store.isClosed();
  }
}
