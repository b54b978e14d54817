package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.async.UserCode;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state that all parts of one transfer call share. Unless a method says otherwise, it is used
 * on the call's thread only and needs no lock.
 */
public final class TransferCall extends RemoteCall {
  private static final Duration CLEANUP_LIMIT = Duration.ofSeconds(5);
  private static final int MAX_WARNINGS = 1000;

  private final String operation;
  private final ActiveTransfers transfers;
  private final Thread thread = Thread.currentThread();
  private final Cancellation cancellation;
  private final UserCode userCode;
  private final TransferOptions options;
  private final RequestLimiter handles;
  private int maxFiles = Integer.MAX_VALUE;
  private final MemoryBudget budget;
  private final BufferPool buffers;
  private final BandwidthLimiter bandwidth;
  private final ProgressMeter meter;
  private final OutcomeQueue outcomes;
  private final Set<Abortable> abortables;
  private @Nullable Abortable lastAbort;
  private final TreeSet<String> warnings;
  private final DiskSteps diskSteps;
  private boolean hasShortReads;
  private TransferCall forTarget = this;

  /**
   * Creates the state of a call made by the current thread.
   *
   * @param operation the name of the method that the user called
   * @param backoff the pauses between attempts to reconnect; the options limit their number
   * @param disk runs the steps that access local files
   * @param budget the memory that all calls of the connection share
   */
  public TransferCall(
      String operation,
      RemoteStore store,
      Backoff backoff,
      Executor disk,
      ActiveTransfers transfers,
      MemoryBudget budget,
      TransferOptions options) {
    super(store, limited(backoff, options));
    this.operation = operation;
    this.transfers = transfers;
    this.options = options;
    handles = new RequestLimiter(loop(), () -> Math.min(fileLimit(), Math.max(1, maxInFlight())));
    this.budget = budget;
    abortables = new LinkedHashSet<>();
    warnings = new TreeSet<>();
    diskSteps = new DiskSteps(disk, this);
    cancellation = new Cancellation();
    userCode = new UserCode(cancellation::isCancelled);
    buffers = new BufferPool(this::maxInFlight, budget, loop());
    OptionalLong limit = options.maxBytesPerSecond();
    bandwidth = new BandwidthLimiter(limit, System::nanoTime, loop()::schedule);
    meter = new ProgressMeter(options.progress().orElse(null), userCode);
    outcomes = new OutcomeQueue(options.onFile().orElse(null), userCode, this, store);
  }

  /** Creates the part of a call that concerns its target on another connection. */
  private TransferCall(
      TransferCall call, RemoteStore store, Backoff backoff, ActiveTransfers transfers) {
    super(call, store, limited(backoff, call.options));
    this.transfers = transfers;
    operation = call.operation;
    options = call.options;
    handles = call.handles;
    budget = call.budget;
    abortables = call.abortables;
    warnings = call.warnings;
    diskSteps = call.diskSteps;
    cancellation = call.cancellation;
    userCode = call.userCode;
    buffers = call.buffers;
    bandwidth = call.bandwidth;
    meter = call.meter;
    outcomes = call.outcomes;
  }

  private static Backoff limited(Backoff backoff, TransferOptions options) {
    return backoff.retries() == 0 ? backoff : backoff.withRetries(options.retries());
  }

  /** Sets the connection of the target, if it is not that of the source. */
  public void setTarget(RemoteStore store, Backoff backoff, ActiveTransfers transfers) {
    forTarget = new TransferCall(this, store, backoff, transfers);
  }

  /**
   * Returns this call as the target sees it: with the store of the target. It shares everything
   * else, and is the same call unless the target is on another connection than the source.
   */
  public TransferCall forTarget() {
    return forTarget;
  }

  /** Returns true if source and target are on servers, so that this call only passes the bytes. */
  public boolean isBetweenServers() {
    return forTarget != this;
  }

  private int maxInFlight() {
    int source = store().maxInFlight();
    return isBetweenServers() ? source + forTarget.store().maxInFlight() : source;
  }

  /**
   * Runs the work to its end, logs it as an operation on a remote path, and cleans up if it fails.
   */
  public <T> T run(Supplier<String> path, Supplier<CompletableFuture<T>> work) throws IOException {
    return transfers.operations().logged(operation, path, () -> run(work));
  }

  /** Runs the work as part of an operation that is already being logged. */
  public <T> T run(Supplier<CompletableFuture<T>> work) throws IOException {
    return guarded(() -> loop().run(cancellation.outcome(work, loop())));
  }

  /**
   * Runs work that alternates between steps and the user's code on the current thread, logs it as
   * an operation on a remote path, and cleans up if it fails.
   */
  public <T> T runBlocking(String path, OperationLog.Operation<T> work) throws IOException {
    return transfers.operations().logged(operation, path, () -> guarded(work));
  }

  private <T> T guarded(OperationLog.Operation<T> work) throws IOException {
    transfers.add(this);
    forTarget.transfers.add(this);
    try {
      return work.run();
    } catch (UserCodeException e) {
      abort(CLEANUP_LIMIT);
      outcomes.deliverRest(e.thrown());
      throw e.unwrap();
    } catch (InterruptedIOException e) {
      abort(SHORT_CLEANUP_LIMIT);
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      abort(CLEANUP_LIMIT);
      outcomes.deliverRest(e);
      throw e;
    } finally {
      buffers.close();
      store().release();
      forTarget.store().release();
      transfers.remove(this);
      forTarget.transfers.remove(this);
    }
  }

  /** Waits for a step. Fails early if the call is cancelled. */
  @Override
  public <T extends @Nullable Object> T await(CompletableFuture<T> step) throws IOException {
    return loop().run(cancellation.outcome(() -> step, loop()));
  }

  /**
   * Waits for an event that steps of this call bring about. Fails early if the call is cancelled.
   * The event may then fail as well.
   */
  public void awaitEvent(CompletableFuture<Void> event) throws IOException {
    cancellation.failIfCancelled(event);
    loop().run(event);
  }

  /** Throws the reason if the call is cancelled. */
  public void throwIfCancelled() throws IOException {
    cancellation.throwIfCancelled();
  }

  /** Makes the call fail with this exception after it has cleaned up. Safe from any thread. */
  void cancel(IOException reason) {
    cancellation.cancel(reason);
  }

  /** Returns the runner for the user's streams and listeners. */
  public UserCode userCode() {
    return userCode;
  }

  /**
   * Cleans up on the current thread if the call's own thread is running the user's code.
   *
   * @return true if the call has been cleaned up and need not be waited for
   */
  boolean abortInUserCode(Duration limit) {
    return userCode.runIfBusy(() -> abort(limit));
  }

  /** Returns true if the current thread made the call. */
  boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  /** Returns the name of the method that the user called. */
  public String operation() {
    return operation;
  }

  public TransferOptions options() {
    return options;
  }

  /** Returns false if an existing target must stay, even one created during the call. */
  public boolean mayReplace() {
    return options.existing() == Existing.OVERWRITE || options.existing() == Existing.UPDATE;
  }

  /** Returns the limiter for everything in a tree that keeps a server handle open. */
  public RequestLimiter handles() {
    return handles;
  }

  private int fileLimit() {
    return Math.min(maxFiles, options.parallelism());
  }

  /** Limits the call to one file at a time. */
  public void limitToOneFile() {
    maxFiles = 1;
  }

  /** Doubles the number of files copied at a time, up to the option {@code parallelism}. */
  public void doubleFileLimit() {
    maxFiles = (int) Math.min(Integer.MAX_VALUE, 2L * maxFiles);
  }

  public BufferPool buffers() {
    return buffers;
  }

  /** Creates buffers for files that the user reads one after the other. */
  public ReadAheadBuffers readAheadBuffers() {
    return new ReadAheadBuffers(budget);
  }

  public BandwidthLimiter bandwidth() {
    return bandwidth;
  }

  /** Returns the paths of remote part files in use. Callers add and remove their own. */
  public Set<String> partsInUse() {
    return transfers.partsInUse();
  }

  public ProgressMeter meter() {
    return meter;
  }

  public OutcomeQueue outcomes() {
    return outcomes;
  }

  /** Reports the end to the progress listener. An exception of the listener becomes a warning. */
  public void reportDone() {
    var thrown = meter.finish();
    if (thrown.isPresent()) {
      warn("the progress listener failed at the end: " + thrown.get());
    }
  }

  /** Registers work to abort if the call fails. */
  public void register(Abortable work) {
    abortables.add(work);
  }

  /** Sets the work to abort after all other work if the call fails. */
  public void abortLast(Abortable work) {
    lastAbort = work;
  }

  /** Removes work that is complete, so that it is no longer aborted. */
  public void unregister(Abortable work) {
    abortables.remove(work);
  }

  /** Records a problem that does not affect the content of a file. */
  public void warn(String warning) {
    warnings.add(Printable.of(warning));
    if (warnings.size() > MAX_WARNINGS) {
      warnings.pollLast();
    }
  }

  /** Returns the recorded warnings, sorted. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Returns true if the server has answered a read with fewer bytes than requested. */
  public boolean hasShortReads() {
    return hasShortReads;
  }

  /** Records that the server answered a read with fewer bytes than requested. */
  public void noteShortRead() {
    hasShortReads = true;
  }

  /** Runs a step that accesses local files. Skips it if the call fails before it starts. */
  public <T> CompletableFuture<T> runOnDisk(Callable<T> step) {
    return diskSteps.run(step);
  }

  /** Runs a step without a result; see {@link #runOnDisk(Callable)}. */
  public CompletableFuture<Void> runOnDisk(DiskAction step) {
    return diskSteps.run(step);
  }

  /** Returns the response, or empty if the server answers that the path does not exist. */
  public <T> CompletableFuture<Optional<T>> ifExists(CompletableFuture<T> answer) {
    return recover(
        answer.thenApply(Optional::of),
        failure ->
            failure instanceof NoSuchPathException
                ? CompletableFuture.completedFuture(Optional.empty())
                : CompletableFuture.failedFuture(failure));
  }

  /** Records a warning instead of failing if the server refuses to set attributes. */
  public CompletableFuture<Void> warnIfRefused(CompletableFuture<Void> setting, String path) {
    return recover(
        setting,
        failure -> {
          if (!(failure instanceof SftpException refused) || !ServerErrors.isRefusal(refused)) {
            return CompletableFuture.failedFuture(failure);
          }
          warn(ServerErrors.attributesNotSet(path, Details.of(refused)));
          return CompletableFuture.completedFuture(null);
        });
  }

  /** Aborts all registered work. Afterwards the call no longer accesses local files. */
  private void abort(Duration limit) {
    if (isStopped()) {
      return;
    }
    stopSteps();
    meter.mute();
    stopReconnecting();
    forTarget.stopReconnecting();
    Stream<CompletableFuture<?>> undone = abortables.stream().map(Abortable::abort);
    var steps = Stream.concat(undone, diskSteps.active().stream());
    CompletableFuture<Void> cleanup =
        CompletableFuture.allOf(steps.toArray(CompletableFuture<?>[]::new))
            .exceptionally(failed -> null)
            .thenCompose(all -> abortLast());
    awaitCleanup(cleanup, limit);
  }

  /**
   * Waits until a failed call has cleaned up, for a short time only after an interrupt. Otherwise
   * the cleanup continues while the connection is open, and closing the connection waits for it.
   */
  public void awaitCleanup(CompletableFuture<?> cleanup, Throwable failure) {
    boolean isInterrupted = failure instanceof InterruptedIOException;
    awaitCleanup(cleanup, isInterrupted ? SHORT_CLEANUP_LIMIT : CLEANUP_LIMIT);
  }

  private void awaitCleanup(CompletableFuture<?> cleanup, Duration limit) {
    loop().runUninterruptibly(cleanup, limit);
    transfers.addCleanup(cleanup);
    forTarget.transfers.addCleanup(cleanup);
  }

  private CompletableFuture<Void> abortLast() {
    return lastAbort == null ? CompletableFuture.completedFuture(null) : lastAbort.abort();
  }

  /** Work that needs cleaning up if it does not complete. */
  public interface Abortable {

    /** Undoes the work unless it is complete; never fails. */
    CompletableFuture<Void> abort();
  }
}
