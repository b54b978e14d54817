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
  private static final int AT_EACH_ANSWER = 2;
  private static final Duration UNANSWERED = Duration.ofSeconds(1);

  private final RemoteStore store;
  private final EventLoop loop;
  private final Attempts attempts;
  private final RetryPolicy retries;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final AtomicInteger overcome = new AtomicInteger();
  private volatile boolean lost;
  private volatile boolean goingOn; // while some still wait although there is a line
  private volatile boolean progress;
  private Throwable reason = new CancellationException(); // for the last loss
  private String path = "";
  private int round;
  private boolean over;
  private boolean heldUp; // since an answer has come, or longer

  private record Waiting(Runnable again, Consumer<Throwable> giveUp) {}

  ReconnectGate(RemoteStore store, EventLoop loop, Attempts attempts, Backoff backoff) {
    this.store = store;
    this.loop = loop;
    this.attempts = attempts;
    retries = new RetryPolicy(backoff);
  }

  /** Returns how many outages have been overcome. May be called by any thread. */
  int overcome() {
    return overcome.get();
  }

  /** Says whether the line is known to be lost. May be called by any thread. */
  boolean isUnderWay() {
    return lost;
  }

  /**
   * Takes down that an answer has come. May be called by any thread.
   *
   * @param counts whether it need not be asked for again after another loss
   */
  void answered(boolean counts) {
    if (counts && !progress) {
      progress = true;
    }
    if (goingOn) {
      loop.execute(() -> goOn(AT_EACH_ANSWER));
    }
  }

  /**
   * Waits for the line, if that is what is missing.
   *
   * @param failure what a request has failed with
   * @param seen how many outages had been overcome when it was made
   * @param about the path that it is about
   * @param again runs when there is a line
   * @param giveUp takes what to fail with when there is none to be had
   */
  void await(
      Throwable failure, int seen, String about, Runnable again, Consumer<Throwable> giveUp) {
    if (over || store.isClosed() || !ServerErrors.isLost(failure)) {
      giveUp.accept(failure);
    } else if (lost) {
      waiting.add(new Waiting(again, giveUp));
    } else if (seen != overcome.get()) {
      again.run(); // made before the last outage, heard of after it
    } else {
      waiting.add(new Waiting(again, giveUp));
      path = about;
      if (progress) {
        progress = false;
        heldUp = false;
        retries.restart();
      }
      lost = true;
      goingOn = false;
      round++;
      reason = failure;
      tryAgain();
    }
  }

  /** Waits for the line if it is still lost. */
  void join(Runnable again, Consumer<Throwable> giveUp) {
    if (lost) {
      waiting.add(new Waiting(again, giveUp));
    } else {
      again.run();
    }
  }

  /** Gives up what waits now; what comes later, to clean up, waits anew. */
  void end() {
    lost = false;
    goingOn = false;
    retries.restart();
    round++;
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(one -> one.giveUp.accept(reason));
  }

  private void tryAgain() {
    Duration pause = store.isClosed() ? null : pause();
    if (pause == null) {
      giveUp();
      return;
    }
    int now = round;
    loop.after(
        pause.toNanos(),
        () -> {
          if (now == round) {
            attempts.again();
            ask(now);
          }
        });
  }

  /** What another request has held up goes on at once, and without being counted the first time. */
  private @Nullable Duration pause() {
    if (ServerErrors.isHeldUp(reason) && !heldUp) {
      heldUp = true;
      return Duration.ZERO;
    }
    return retries.next(reason);
  }

  private void giveUp() {
    over = true;
    end();
  }

  private void ask(int now) {
    int outages = overcome.get();
    loop.after(
        retries.left().toNanos(),
        () -> {
          if (now == round && outages == overcome.get()) {
            giveUp(); // whatever it waits for
          }
        });
    store
        .reconnect(path)
        .whenCompleteAsync(
            (nothing, failure) -> {
              if (now != round) {
                return;
              } else if (failure != null) {
                Throwable cause = Await.cause(failure);
                if (cause != reason) {
                  cause.addSuppressed(reason);
                }
                reason = cause;
                tryAgain();
              } else {
                overcome.incrementAndGet();
                lost = false;
                goingOn = true;
                goOn(1);
                pace(now);
              }
            },
            loop);
  }

  private void goOn(int some) {
    for (int i = 0; i < some && goingOn && !waiting.isEmpty(); i++) {
      waiting.remove().again.run();
    }
    goingOn &= !waiting.isEmpty();
  }

  /** Has more go on where the answers leave it at that: some wait only for others. */
  private void pace(int now) {
    if (goingOn) {
      loop.after(
          UNANSWERED.toNanos(),
          () -> {
            if (now == round) {
              goOn(AT_EACH_ANSWER);
              pace(now);
            }
          });
    }
  }
}
