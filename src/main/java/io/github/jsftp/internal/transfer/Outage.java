package io.github.jsftp.internal.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The time between losing the line and having it again, once for all requests of a call: they wait
 * here, one of them asks for a new line, more and more seldom, and they all go on or all give up.
 * For use on one loop, except where it says otherwise.
 */
final class Outage {
  private final RemoteStore store;
  private final Loop loop;
  private final Attempts attempts;
  private final Backoff backoff;
  private final List<Waiting> waiting = new ArrayList<>();
  private final AtomicInteger overcome = new AtomicInteger();
  private volatile boolean progress;
  private volatile @Nullable Throwable last; // while one is under way
  private String path = "";
  private int tried; // in a row
  private int round;
  private boolean over;

  private record Waiting(Runnable again, Consumer<Throwable> giveUp) {}

  Outage(RemoteStore store, Loop loop, Attempts attempts, Backoff backoff) {
    this.store = store;
    this.loop = loop;
    this.attempts = attempts;
    this.backoff = backoff;
  }

  /** Returns how many outages have been overcome. May be called by any thread. */
  int overcome() {
    return overcome.get();
  }

  /** Takes down that an answer has come that need not be asked for again. From any thread. */
  void progressed() {
    if (!progress) {
      progress = true;
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
    if (over || store.isClosed() || !Refusals.isLost(failure)) {
      giveUp.accept(failure);
    } else if (last != null) {
      waiting.add(new Waiting(again, giveUp));
    } else if (seen != overcome.get()) {
      again.run(); // made before the last outage, heard of after it
    } else {
      waiting.add(new Waiting(again, giveUp));
      path = about;
      if (progress) {
        progress = false;
        tried = 0;
      }
      failed(failure);
    }
  }

  /** Says whether the line is known to be lost. May be called by any thread. */
  boolean isUnderWay() {
    return last != null;
  }

  /** Waits for the line if it is still lost. */
  void join(Runnable again, Consumer<Throwable> giveUp) {
    if (last == null) {
      again.run();
    } else {
      waiting.add(new Waiting(again, giveUp));
    }
  }

  /** Gives up what waits now; what comes later, to clean up, waits anew. */
  void end() {
    Throwable reason = last;
    if (reason != null) {
      last = null;
      tried = 0;
      round++;
      release().forEach(one -> one.giveUp.accept(reason));
    }
  }

  private void failed(Throwable failure) {
    Throwable before = last;
    if (before != null && before != failure) {
      failure.addSuppressed(before);
    }
    last = failure;
    if (store.isClosed() || !Refusals.isLost(failure) || tried >= backoff.retries()) {
      over = true;
      end();
      return;
    }
    int now = round;
    loop.after(
        backoff.pause(tried++).toNanos(),
        () -> {
          if (now == round) {
            attempts.again();
            ask(now);
          }
        });
  }

  private void ask(int now) {
    store
        .reconnect(path)
        .whenCompleteAsync(
            (nothing, failure) -> {
              if (now != round) {
                return;
              } else if (failure != null) {
                failed(Await.cause(failure));
              } else {
                overcome.incrementAndGet();
                last = null;
                release().forEach(one -> one.again.run());
              }
            },
            loop);
  }

  private List<Waiting> release() {
    var released = List.copyOf(waiting);
    waiting.clear();
    return released;
  }
}
