package io.github.jsftp.internal.reconnect;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.RetryPolicy;
import io.github.jsftp.internal.remote.ServerErrors;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the requests of one call from the loss of the connection until it is re-established. One
 * attempt to reconnect runs at a time, after growing pauses. If it succeeds the requests are
 * released, otherwise all of them fail. They are released one by one at first, and faster with each
 * reply, so that some complete even if the connection is soon lost again. For use on one loop,
 * unless stated otherwise.
 */
final class ReconnectGate {
  private static final int RELEASED_PER_REPLY = 2;
  private static final Duration RELEASE_INTERVAL = Duration.ofSeconds(1);

  private final RemoteStore store;
  private final EventLoop loop;
  private final Attempts attempts;
  private final RetryPolicy retries;
  private final ArrayDeque<WaitingRequest> waiting = new ArrayDeque<>();
  private final AtomicInteger outages = new AtomicInteger();
  private volatile boolean lost;
  private volatile boolean
      isReleasing; // true while requests still wait although the connection is back
  private volatile boolean hasProgress;
  private Throwable lastFailure =
      new CancellationException(); // for the last loss of the connection
  private String failedPath = "";
  private int generation;
  private boolean hasGivenUp;
  private boolean hasSkippedPause; // since the last progress

  private record WaitingRequest(Runnable retry, Consumer<Throwable> fail) {}

  ReconnectGate(RemoteStore store, EventLoop loop, Attempts attempts, Backoff backoff) {
    this.store = store;
    this.loop = loop;
    this.attempts = attempts;
    retries = new RetryPolicy(backoff);
  }

  /** Returns how often the connection has been re-established. May be called by any thread. */
  int outages() {
    return outages.get();
  }

  /** Returns true if the connection is known to be lost. May be called by any thread. */
  boolean isConnectionLost() {
    return lost;
  }

  /**
   * Records that a reply has arrived. May be called by any thread.
   *
   * @param isProgress true if the reply need not be requested again after another loss
   */
  void onReply(boolean isProgress) {
    if (isProgress && !hasProgress) {
      hasProgress = true;
    }
    if (isReleasing) {
      loop.execute(() -> release(RELEASED_PER_REPLY));
    }
  }

  /**
   * Waits for a new connection if the failure is a lost connection.
   *
   * @param failure the failure of a request
   * @param outagesSeen the value of {@link #outages} when the request was sent
   * @param path the path of the request, to name in failures
   * @param retry runs once there is a connection
   * @param fail receives the failure if there is no new connection
   */
  void await(
      Throwable failure, int outagesSeen, String path, Runnable retry, Consumer<Throwable> fail) {
    if (hasGivenUp || store.isClosed() || !ServerErrors.isLost(failure)) {
      fail.accept(failure);
    } else if (lost) {
      waiting.add(new WaitingRequest(retry, fail));
    } else if (outagesSeen != outages.get()) {
      retry.run(); // sent before the last outage, failed after it
    } else {
      waiting.add(new WaitingRequest(retry, fail));
      failedPath = path;
      if (hasProgress) {
        hasProgress = false;
        hasSkippedPause = false;
        retries.restart();
      }
      lost = true;
      isReleasing = false;
      generation++;
      lastFailure = failure;
      scheduleAttempt();
    }
  }

  /** Waits for a new connection if it is still lost. */
  void awaitIfLost(Runnable retry, Consumer<Throwable> fail) {
    if (lost) {
      waiting.add(new WaitingRequest(retry, fail));
    } else {
      retry.run();
    }
  }

  /** Fails all waiting requests. Later requests, such as those that clean up, may wait again. */
  void abandon() {
    lost = false;
    isReleasing = false;
    retries.restart();
    generation++;
    List<WaitingRequest> abandoned = List.copyOf(waiting);
    waiting.clear();
    abandoned.forEach(request -> request.fail.accept(lastFailure));
  }

  private void scheduleAttempt() {
    Duration pause = store.isClosed() ? null : pause();
    if (pause == null) {
      giveUp();
      return;
    }
    int scheduled = generation;
    loop.schedule(
        pause.toNanos(),
        () -> {
          if (scheduled == generation) {
            attempts.recordRetry();
            attempt(scheduled);
          }
        });
  }

  /**
   * Returns the pause before the next attempt, or null for none. If another request has blocked the
   * channel, the first retry is immediate and not counted.
   */
  private @Nullable Duration pause() {
    if (ServerErrors.isHeldUp(lastFailure) && !hasSkippedPause) {
      hasSkippedPause = true;
      return Duration.ZERO;
    }
    return retries.nextPause(lastFailure);
  }

  private void giveUp() {
    hasGivenUp = true;
    abandon();
  }

  private void attempt(int current) {
    int outagesBefore = outages.get();
    loop.schedule(
        retries.remaining().toNanos(),
        () -> {
          if (current == generation && outagesBefore == outages.get()) {
            giveUp(); // the attempt has exceeded its time limit
          }
        });
    store
        .reconnect(failedPath)
        .whenCompleteAsync(
            (nothing, failure) -> {
              if (current != generation) {
                return;
              } else if (failure != null) {
                Throwable cause = Await.cause(failure);
                if (cause != lastFailure) {
                  cause.addSuppressed(lastFailure);
                }
                lastFailure = cause;
                scheduleAttempt();
              } else {
                outages.incrementAndGet();
                lost = false;
                isReleasing = true;
                release(1);
                releaseOverTime(current);
              }
            },
            loop);
  }

  private void release(int count) {
    for (int i = 0; i < count && isReleasing && !waiting.isEmpty(); i++) {
      waiting.remove().retry.run();
    }
    isReleasing &= !waiting.isEmpty();
  }

  /**
   * Releases more requests over time if replies alone do not: some requests only wait for others.
   */
  private void releaseOverTime(int current) {
    if (isReleasing) {
      loop.schedule(
          RELEASE_INTERVAL.toNanos(),
          () -> {
            if (current == generation) {
              release(RELEASED_PER_REPLY);
              releaseOverTime(current);
            }
          });
    }
  }
}
