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

/**
 * The transfer calls in progress on a connection. Closing the connection lets them clean up first.
 * Safe for use by several threads.
 */
public final class ActiveTransfers {
  private final OperationLog operations;
  private final Set<TransferCall> active = new LinkedHashSet<>();
  private final List<CompletableFuture<?>> cleanups = new ArrayList<>();
  private final Set<String> partsInUse = ConcurrentHashMap.newKeySet();

  public ActiveTransfers(OperationLog operations) {
    this.operations = operations;
  }

  public OperationLog operations() {
    return operations;
  }

  public synchronized void add(TransferCall call) {
    active.add(call);
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
   * Cancels the calls of other threads and waits until they have ended, and until the calls that
   * failed before have cleaned up.
   *
   * @param failure returns the exception for an operation that is cancelled
   * @param limit the longest time to wait
   */
  public void cancelOthers(Function<String, IOException> failure, Duration limit) {
    List<TransferCall> others = new ArrayList<>();
    synchronized (this) {
      for (TransferCall call : active) {
        if (!call.isOwnThread()) {
          others.add(call);
        }
      }
    }
    long deadline = System.nanoTime() + limit.toNanos();
    others.forEach(call -> call.cancel(failure.apply(call.operation())));
    others.removeIf(
        call -> call.abortInUserCode(Duration.ofNanos(Math.max(1, deadline - System.nanoTime()))));
    boolean interrupted = false;
    synchronized (this) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      while (left > 0 && (!cleanups.isEmpty() || others.stream().anyMatch(active::contains))) {
        try {
          wait(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left = (deadline - System.nanoTime()) / 1_000_000;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
