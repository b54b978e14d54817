package io.github.jsftp.internal.directory;

import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.remote.RemoteStore;
import java.io.IOException;

/**
 * Makes calls on a store, each with a {@link RemoteCall} of its own and an entry in the log.
 *
 * @param backoff the pauses between retries after a lost connection
 * @param operations logs each call
 */
public record LoggedCalls(RemoteStore store, Backoff backoff, OperationLog operations) {

  /** A call with a result. */
  @FunctionalInterface
  public interface Operation<T> {
    /** Makes the call. */
    T on(RemoteCall call) throws IOException;
  }

  /** A call without a result. */
  @FunctionalInterface
  public interface Action {
    /** Makes the call. */
    void on(RemoteCall call) throws IOException;
  }

  /**
   * Makes a call and returns its result.
   *
   * @param operation the name of the operation, for exceptions and the log
   */
  public <T> T supply(String operation, String path, Operation<T> work) throws IOException {
    return operations.logged(
        operation, path, () -> work.on(new RemoteCall(store.named(operation), backoff)));
  }

  /** Makes a call without a result; see {@link #supply}. */
  public void run(String operation, String path, Action work) throws IOException {
    supply(
        operation,
        path,
        call -> {
          work.on(call);
          return true;
        });
  }
}
