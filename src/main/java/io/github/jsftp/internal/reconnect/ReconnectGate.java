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
 * The time between losing the line and having it again, once for all requests of a call: they wait
 * here, one of them asks for a new line, more and more seldom, and they all go on or all give up.
 * They go on one by one at first, and faster with each answer, so that even a line that is soon
 * lost again is of some use. For use on one loop, except where it says otherwise.
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
  private volatile boolean isReleasing; // while some still wait although there is a line
  private volatile boolean hasProgress;
  private Throwable lastFailure = new CancellationException(); // for the last loss
  private String failedPath = "";
  private int generation;
  private boolean hasGivenUp;
  private boolean hasSkippedPause; // since an answer has come, or longer

  private record WaitingRequest(Runnable retry, Consumer<Throwable> fail) {}

  ReconnectGate(RemoteStore store, EventLoop loop, Attempts attempts, Backoff backoff) {
    this.store = store;
    this.loop = loop;
    this.attempts = attempts;
    retries = new RetryPolicy(backoff);
  }

  /** Returns how many outages have been overcome. May be called by any thread. */
  int outages() {
    return outages.get();
  }

  /** Says whether the line is known to be lost. May be called by any thread. */
  boolean isConnectionLost() {
    return lost;
  }

  /**
   * Takes down that an answer has come. May be called by any thread.
   *
   * @param isProgress whether it need not be asked for again after another loss
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
   * Waits for the line, if that is what is missing.
   *
   * @param failure what a request has failed with
   * @param outagesSeen how many outages had been overcome when it was made
   * @param path the path that it is about
   * @param retry runs when there is a line
   * @param fail takes what to fail with when there is none to be had
   */
  void await(
      Throwable failure, int outagesSeen, String path, Runnable retry, Consumer<Throwable> fail) {
    if (hasGivenUp || store.isClosed() || !ServerErrors.isLost(failure)) {
      fail.accept(failure);
    } else if (lost) {
      waiting.add(new WaitingRequest(retry, fail));
    } else if (outagesSeen != outages.get()) {
      retry.run(); // made before the last outage, heard of after it
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

  /** Waits for the line if it is still lost. */
  void awaitIfLost(Runnable retry, Consumer<Throwable> fail) {
    if (lost) {
      waiting.add(new WaitingRequest(retry, fail));
    } else {
      retry.run();
    }
  }

  /** Gives up what waits now; what comes later, to clean up, waits anew. */
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

  /** What another request has held up goes on at once, and without being counted the first time. */
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
            giveUp(); // whatever it waits for
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

  /** Has more go on where the answers leave it at that: some wait only for others. */
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
