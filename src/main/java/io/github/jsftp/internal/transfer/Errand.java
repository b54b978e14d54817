package io.github.jsftp.internal.transfer;

import io.github.jsftp.internal.transfer.RemoteStore.OpenMode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One user's call that copies nothing: its loop, and a store that outlasts a lost line. */
final class Errand {
  private final Loop loop = new Loop();
  private final Attempts attempts = new Attempts();
  private final RemoteStore store;
  private final @Nullable LastingStore lasting;

  Errand(RemoteStore store, Backoff backoff) {
    lasting = backoff.retries() == 0 ? null : new LastingStore(store, loop, attempts, backoff);
    this.store = lasting == null ? store : lasting;
  }

  Loop loop() {
    return loop;
  }

  RemoteStore store() {
    return store;
  }

  /** Opens a file that is lost with the line. */
  RemoteHandle open(String path, Set<OpenMode> modes) throws IOException {
    return await(
        lasting == null ? store.open(path, modes, Attributes.NONE) : lasting.openOnce(path, modes));
  }

  /** Gives up waiting for the line; what is asked afterwards, to clean up, waits anew. */
  void giveUp() {
    if (lasting != null) {
      lasting.outage().end();
    }
  }

  /** Says whether the line was lost on the way. */
  boolean wasLost() {
    return attempts.count() > 1;
  }

  /**
   * Waits for an answer.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   * @throws IOException what it failed with
   */
  <T extends @Nullable Object> T await(CompletableFuture<T> answer) throws IOException {
    try {
      return loop.run(answer);
    } catch (InterruptedIOException | RuntimeException | Error e) {
      store.release(); // closes handles that arrive late
      throw e;
    }
  }

  /** Does the same, but for no longer than this; then it fails. */
  <T> T await(CompletableFuture<T> answer, Duration limit, IOException late) throws IOException {
    loop.after(limit.toNanos(), () -> answer.completeExceptionally(late));
    return loop.run(answer);
  }
}
