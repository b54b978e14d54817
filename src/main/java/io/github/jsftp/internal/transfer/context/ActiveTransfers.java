package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.internal.remote.OperationLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The transfer calls in progress on a connection. Closing the connection lets them clean up first.
 * Safe for use by several threads.
 */
public final class ActiveTransfers {
  private final OperationLog operations;
  private final Set<TransferCall> active = new LinkedHashSet<>();
  private final List<CompletableFuture<?>> cleanups = new ArrayList<>();
  private final Set<String> partsInUse = ConcurrentHashMap.newKeySet();
  private @Nullable Function<String, IOException> closing; // null unless it is in progress

  public ActiveTransfers(OperationLog operations) {
    this.operations = operations;
  }

  public OperationLog operations() {
    return operations;
  }

  /** Adds a call, and cancels it if the connection is being closed. */
  public void add(TransferCall call) {
    Function<String, IOException> failure;
    synchronized (this) {
      active.add(call);
      failure = closing;
    }
    if (failure != null) {
      call.cancel(failure.apply(call.operation()));
    }
  }

  public synchronized void remove(TransferCall call) {
    active.remove(call);
    notifyAll();
  }

  /** Adds a cleanup that may not be complete when its failed call returns. */
  void addCleanup(CompletableFuture<?> cleanup) {
    synchronized (this) {
      cleanups.add(cleanup);
    }
    cleanup.whenComplete((nothing, failed) -> removeCompleteCleanups());
  }

  private synchronized void removeCompleteCleanups() {
    cleanups.removeIf(CompletableFuture::isDone);
    notifyAll();
  }

  /** Returns the paths of the remote part files that calls are writing. */
  Set<String> partsInUse() {
    return partsInUse;
  }

  /**
   * Cancels the calls of other threads, also those that begin meanwhile. Waits until they have
   * ended, and until the calls that failed before have cleaned up.
   *
   * @param failure returns the exception for an operation that is cancelled
   * @param limit the longest time to wait
   */
  public void cancelOthers(Function<String, IOException> failure, Duration limit) {
    List<TransferCall> others = new ArrayList<>();
    synchronized (this) {
      closing = failure;
      for (TransferCall call : active) {
        if (!call.isOwnThread()) {
          others.add(call);
        }
      }
    }
    long deadline = System.nanoTime() + limit.toNanos();
    others.forEach(call -> call.cancel(failure.apply(call.operation())));
    others.removeIf(
        call -> !call.abortInUserCode(Duration.ofNanos(Math.max(1, deadline - System.nanoTime()))));
    // What is left are calls in the user's code, which have cleaned up without returning.
    boolean interrupted = false;
    synchronized (this) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      while (left > 0 && (!cleanups.isEmpty() || isOtherActive(others))) {
        try {
          wait(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left = (deadline - System.nanoTime()) / 1_000_000;
      }
      closing = null; // later calls fail by themselves, since the store is closed then
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOtherActive(List<TransferCall> done) {
    return active.stream().anyMatch(call -> !call.isOwnThread() && !done.contains(call));
  }
}
