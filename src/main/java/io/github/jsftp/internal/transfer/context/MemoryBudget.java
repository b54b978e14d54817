package io.github.jsftp.internal.transfer.context;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory for the blocks of all calls of a connection, beyond the little that each call always
 * has. Calls that want more than is left wait in the order in which they came. Safe for use by
 * several threads.
 */
public final class MemoryBudget {
  private static final long MAX_BYTES = 32L << 20;

  private final ArrayDeque<Reservation> waiting = new ArrayDeque<>();
  private long free;

  /** As much as is worth having, or as the heap allows. */
  public MemoryBudget() {
    this(Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / 4));
  }

  MemoryBudget(long bytes) {
    free = bytes;
  }

  /** Bytes that are waited for. */
  static final class Reservation {
    final int bytes;
    private final Runnable onGranted;

    /**
     * A claim for bytes.
     *
     * @param onGranted runs once they are set aside, on the thread that gave them back; must not
     *     block
     */
    Reservation(int bytes, Runnable onGranted) {
      this.bytes = bytes;
      this.onGranted = onGranted;
    }
  }

  /** Takes bytes if there are as many and nobody waits for some; returns true if so. */
  synchronized boolean tryReserve(int bytes) {
    boolean taken = waiting.isEmpty() && bytes <= free;
    if (taken) {
      free -= bytes;
    }
    return taken;
  }

  /** Waits for bytes; called after {@link #take} has failed. */
  void await(Reservation reservation) {
    synchronized (this) {
      waiting.add(reservation);
    }
    release(0); // some may have come back meanwhile
  }

  /** Withdraws a claim, be it granted or not. */
  void withdraw(Reservation reservation) {
    boolean isWaiting;
    synchronized (this) {
      isWaiting = waiting.remove(reservation);
    }
    release(isWaiting ? 0 : reservation.bytes);
  }

  /** Returns true if somebody waits. */
  synchronized boolean hasWaiters() {
    return !waiting.isEmpty();
  }

  /** Gives bytes back, to those who wait. */
  void release(long bytes) {
    List<Reservation> onGranted = new ArrayList<>();
    synchronized (this) {
      free += bytes;
      while (!waiting.isEmpty() && waiting.peek().bytes <= free) {
        Reservation first = waiting.remove();
        free -= first.bytes;
        onGranted.add(first);
      }
    }
    onGranted.forEach(reservation -> reservation.onGranted.run());
  }
}
