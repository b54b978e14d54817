package io.github.jsftp.internal.transfer.context;

import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Keeps a call below so many bytes a second, over all its files and channels. A block may leave
 * when what left before has been paid for by time; after a rest, a tenth of a second's worth may
 * leave at once. Used on the call's thread only.
 */
public final class BandwidthLimiter {
  private static final double NANOS = 1e9;
  private static final int BURSTS_A_SECOND = 10;

  private final double bytesPerNano; // 0 for no limit
  private final int mostBlock;
  private final double burst;
  private final LongSupplier clock;
  private final Timer timer;
  private final ArrayDeque<Wish> waiting = new ArrayDeque<>();
  private double balance;
  private long asOf;
  private boolean timed;

  /** Runs a step later, on the thread of the call. */
  interface Timer {
    void after(long nanos, Runnable step);
  }

  private record Wish(int bytes, Runnable go) {}

  /** Keeps below a rate, or lets everything pass when there is none. */
  BandwidthLimiter(OptionalLong bytesPerSecond, LongSupplier clock, Timer timer) {
    double limit = bytesPerSecond.orElse(0);
    bytesPerNano = limit / NANOS;
    burst = limit / BURSTS_A_SECOND;
    mostBlock = limit == 0 ? Integer.MAX_VALUE : (int) Math.max(1, burst);
    this.clock = clock;
    this.timer = timer;
    asOf = clock.getAsLong();
  }

  /** Returns the most bytes that should be moved at once. */
  public int mostBlock() {
    return mostBlock;
  }

  /** Runs a step that moves so many bytes: now, or as soon as they are allowed, in order. */
  public void take(int bytes, Runnable go) {
    if (bytesPerNano == 0) {
      go.run();
      return;
    }
    waiting.add(new Wish(bytes, go));
    serve();
  }

  /** Takes back what was taken and not moved. */
  public void giveBack(int bytes) {
    balance += bytes;
  }

  private void serve() {
    while (!timed && !waiting.isEmpty()) {
      long now = clock.getAsLong();
      balance = Math.min(burst, balance + (now - asOf) * bytesPerNano);
      asOf = now;
      if (balance < 0) {
        timed = true;
        timer.after((long) Math.ceil(-balance / bytesPerNano), this::resume);
        return;
      }
      Wish wish = waiting.remove();
      balance -= wish.bytes();
      wish.go().run();
    }
  }

  private void resume() {
    timed = false;
    serve();
  }
}
