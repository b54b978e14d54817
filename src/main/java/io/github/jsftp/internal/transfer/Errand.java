package io.github.jsftp.internal.transfer;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One user's call that copies nothing: its loop, and a store that outlasts a lost line. */
final class Errand {
  private final Loop loop = new Loop();
  private final Attempts attempts = new Attempts();
  private final RemoteStore store;

  Errand(RemoteStore store, Backoff backoff) {
    this.store = backoff.retries() == 0 ? store : new LastingStore(store, loop, attempts, backoff);
  }

  Loop loop() {
    return loop;
  }

  RemoteStore store() {
    return store;
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
    return loop.run(answer);
  }
}
