package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.async.UserCode;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of one user's call share. All of it is used on the thread of the call, so that
 * nothing here needs a lock.
 */
public final class TransferCall extends RemoteCall {
  private static final Duration CLEANUP_LIMIT = Duration.ofSeconds(5);
  private static final Duration CLEANUP_LIMIT_AFTER_INTERRUPT = Duration.ofMillis(800);
  private static final int MAX_WARNINGS = 1000;

  private final String operation;
  private final Executor disk;
  private final ActiveTransfers transfers;
  private final Thread thread = Thread.currentThread();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private final UserCode userCode = new UserCode(cancelled::isDone);
  private final TransferOptions options;
  private final RequestLimiter handles;
  private int maxFiles = Integer.MAX_VALUE;
  private final BufferPool buffers;
  private final BandwidthLimiter bandwidth;
  private final ProgressMeter meter;
  private final Set<Abortable> abortables = new LinkedHashSet<>();
  private Abortable lastAbort = () -> CompletableFuture.completedFuture(null);
  private final TreeSet<String> warnings = new TreeSet<>();
  private final Map<Long, CompletableFuture<?>> diskSteps = new ConcurrentHashMap<>();
  private long diskStepCount;
  private boolean hasShortReads;

  /**
   * Begins a call.
   *
   * @param backoff how long to wait for a line that was lost; the options say how often
   */
  public TransferCall(
      String operation,
      RemoteStore store,
      Backoff backoff,
      Executor disk,
      ActiveTransfers transfers,
      MemoryBudget budget,
      TransferOptions options) {
    super(store, backoff.retries() == 0 ? backoff : backoff.withRetries(options.retries()));
    this.operation = operation;
    this.disk = disk;
    this.transfers = transfers;
    this.options = options;
    handles =
        new RequestLimiter(loop(), () -> Math.min(fileLimit(), Math.max(1, store.maxInFlight())));
    buffers = new BufferPool(store::maxInFlight, budget, loop());
    OptionalLong limit = options.maxBytesPerSecond();
    bandwidth = new BandwidthLimiter(limit, System::nanoTime, loop()::schedule);
    meter = new ProgressMeter(options.progress(), userCode);
  }

  /** Does the work, which is about a remote path, and cleans up when it fails. */
  public <T> T run(Supplier<String> path, Supplier<CompletableFuture<T>> work) throws IOException {
    return transfers.operations().logged(operation, path, () -> run(work));
  }

  /** Does the same as a part of an operation that is noted as a whole. */
  public <T> T run(Supplier<CompletableFuture<T>> work) throws IOException {
    transfers.add(this);
    try {
      return loop().run(unlessCancelled(work));
    } catch (UserCodeException e) {
      abort(CLEANUP_LIMIT);
      throw e.unwrap();
    } catch (InterruptedIOException e) {
      abort(CLEANUP_LIMIT_AFTER_INTERRUPT);
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      abort(CLEANUP_LIMIT);
      throw e;
    } finally {
      buffers.close();
      store().release();
      transfers.remove(this);
    }
  }

  /** Waits for a step, unless the call is cancelled meanwhile. */
  @Override
  public <T extends @Nullable Object> T await(CompletableFuture<T> step) throws IOException {
    return loop().run(unlessCancelled(() -> step));
  }

  /** Has the call fail with this; it still cleans up. May be called by any thread. */
  void cancel(IOException reason) {
    cancelled.completeExceptionally(reason);
  }

  /** Returns what runs the user's code. */
  public UserCode userCode() {
    return userCode;
  }

  /**
   * Cleans up on this thread if the call's own is held up by the user's code.
   *
   * @return true if the call needs no waiting for
   */
  boolean abortInUserCode(Duration limit) {
    return userCode.runIfBusy(() -> abort(limit));
  }

  /** Says whether this thread made the call. */
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

  /** Returns false if what exists must stay, also where it appears only during the call. */
  public boolean mayReplace() {
    return options.existing() == Existing.OVERWRITE || options.existing() == Existing.UPDATE;
  }

  /** Returns the lanes for all of a tree that holds a file or a directory open on the server. */
  public RequestLimiter handles() {
    return handles;
  }

  private int fileLimit() {
    return Math.min(maxFiles, options.parallelism());
  }

  /** Has files copied one at a time from now on. */
  public void limitToOneFile() {
    maxFiles = 1;
  }

  /** Has twice as many files copied at a time as before, up to what the options say. */
  public void doubleFileLimit() {
    maxFiles = (int) Math.min(Integer.MAX_VALUE, 2L * maxFiles);
  }

  public BufferPool buffers() {
    return buffers;
  }

  public BandwidthLimiter bandwidth() {
    return bandwidth;
  }

  /** Returns the paths of remote parts in use, to be added to and removed from by who uses them. */
  public Set<String> partsInUse() {
    return transfers.partsInUse();
  }

  public ProgressMeter meter() {
    return meter;
  }

  /** Tells the listener that all is done; what it throws then is a warning. */
  public void reportDone() {
    meter.finish().ifPresent(thrown -> warn("the progress listener failed at the end: " + thrown));
  }

  /** Remembers work to be undone if the call fails before the work is done. */
  public void register(Abortable work) {
    abortables.add(work);
  }

  /** Sets what is to be undone if the call fails, once all else is undone. */
  public void abortLast(Abortable work) {
    lastAbort = work;
  }

  /** Forgets work that is done. */
  public void unregister(Abortable work) {
    abortables.remove(work);
  }

  /** Takes down something that does not matter to the content. */
  public void warn(String warning) {
    warnings.add(Printable.of(warning));
    if (warnings.size() > MAX_WARNINGS) {
      warnings.pollLast();
    }
  }

  /** Returns what was taken down, sorted. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Says whether the server has been seen to send less than it was asked for. */
  public boolean hasShortReads() {
    return hasShortReads;
  }

  /** Takes down that the server sends less than it is asked for. */
  public void noteShortRead() {
    hasShortReads = true;
  }

  /** Runs a step that touches local files, unless the call fails before its turn comes. */
  public <T> CompletableFuture<T> runOnDisk(Callable<T> step) {
    var done = new CompletableFuture<T>();
    boolean isCleanup = isStopped();
    long number = diskStepCount++;
    diskSteps.put(number, done);
    Runnable task =
        () -> {
          try {
            if (isStopped() && !isCleanup) {
              throw new CancellationException();
            }
            done.complete(step.call());
          } catch (FileSystemException e) {
            done.completeExceptionally(LocalErrors.describe(e));
          } catch (Exception | Error e) {
            done.completeExceptionally(e);
          } finally {
            diskSteps.remove(number);
          }
        };
    try {
      disk.execute(task);
    } catch (RejectedExecutionException e) {
      // The connection is being closed, but what has been begun must still be cleaned up.
      task.run();
    } catch (Error e) { // no thread is to be had
      diskSteps.remove(number);
      done.completeExceptionally(e);
    }
    return done;
  }

  /** Passes an answer on, empty instead of "no such path". */
  public <T> CompletableFuture<Optional<T>> ifExists(CompletableFuture<T> answer) {
    return recover(
        answer.thenApply(Optional::of),
        failure ->
            failure instanceof NoSuchPathException
                ? CompletableFuture.completedFuture(Optional.empty())
                : CompletableFuture.failedFuture(failure));
  }

  /** Makes a refusal to set attributes a warning. */
  public CompletableFuture<Void> warnIfRefused(CompletableFuture<Void> setting, String path) {
    return recover(
        setting,
        failure -> {
          if (!(failure instanceof SftpException refused) || !ServerErrors.isRefusal(refused)) {
            return CompletableFuture.failedFuture(failure);
          }
          warn(ServerErrors.attributesNotSet(path, refused.details()));
          return CompletableFuture.completedFuture(null);
        });
  }

  private <T extends @Nullable Object> CompletableFuture<T> unlessCancelled(
      Supplier<CompletableFuture<T>> work) {
    var outcome = new CompletableFuture<T>();
    cancelled.whenComplete((nothing, reason) -> outcome.completeExceptionally(reason));
    CompletableFuture.completedFuture(true)
        .thenComposeAsync(go -> work.get(), loop())
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

  /** Undoes what was begun; afterwards the call touches no local file any more. */
  private void abort(Duration limit) {
    if (isStopped()) {
      return;
    }
    stopSteps();
    meter.mute();
    stopReconnecting();
    Stream<CompletableFuture<?>> undone = abortables.stream().map(Abortable::abort);
    var steps = Stream.concat(undone, List.copyOf(diskSteps.values()).stream());
    loop()
        .runUninterruptibly(
            CompletableFuture.allOf(steps.toArray(CompletableFuture<?>[]::new))
                .exceptionally(failed -> null)
                .thenCompose(all -> lastAbort.abort()),
            limit);
  }

  /** Work that leaves something behind when it does not come to its end. */
  public interface Abortable {

    /** Undoes what was done, unless all was; never fails. */
    CompletableFuture<Void> abort();
  }
}
