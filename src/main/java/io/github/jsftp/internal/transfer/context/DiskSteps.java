package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.reconnect.RemoteCall;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The steps of one call that access local files. */
final class DiskSteps {
  private final Executor disk;
  private final RemoteCall call;
  private final Map<Long, CompletableFuture<?>> active = new ConcurrentHashMap<>();
  private long count;

  /**
   * Creates an empty set of steps.
   *
   * @param disk runs the steps
   */
  DiskSteps(Executor disk, RemoteCall call) {
    this.disk = disk;
    this.call = call;
  }

  /** Returns the steps that have not ended. */
  List<CompletableFuture<?>> active() {
    return List.copyOf(active.values());
  }

  /** Runs a step without a result; see {@link #run(Callable)}. */
  CompletableFuture<Void> run(DiskAction step) {
    return run(
        () -> {
          step.run();
          return null;
        });
  }

  /** Runs a step. Skips it if the call fails before it starts. */
  <T> CompletableFuture<T> run(Callable<T> step) {
    var done = new CompletableFuture<T>();
    boolean isCleanup = call.isStopped();
    long number = count++;
    active.put(number, done);
    Runnable task =
        () -> {
          try {
            if (call.isStopped() && !isCleanup) {
              throw new CancellationException();
            }
            done.complete(step.call());
          } catch (FileSystemException e) {
            done.completeExceptionally(LocalErrors.describe(e));
          } catch (Exception | Error e) {
            done.completeExceptionally(e);
          } finally {
            active.remove(number);
          }
        };
    try {
      disk.execute(task);
    } catch (RejectedExecutionException e) {
      // The executor is shut down while the connection closes; cleanup must still run.
      task.run();
    } catch (Error e) { // such as OutOfMemoryError: unable to create a native thread
      active.remove(number);
      done.completeExceptionally(e);
    }
    return done;
  }
}
