package io.github.jsftp.internal.transfer.context;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory for the blocks of all calls of a connection, except for the small buffer that each
 * call always has. Reservations that exceed what is left wait in order. Safe for use by several
 * threads.
 */
public final class MemoryBudget {
  private static final long MAX_BYTES = 32L << 20;

  private final ArrayDeque<Reservation> waiting = new ArrayDeque<>();
  private final long bytes;
  private long free;

  /** Creates a budget of 32 MiB, or of a quarter of the heap if that is less. */
  public MemoryBudget() {
    this(Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / 4));
  }

  MemoryBudget(long bytes) {
    this.bytes = bytes;
    free = bytes;
  }

  /** Returns the size of the whole budget in bytes. */
  long bytes() {
    return bytes;
  }

  /** A reservation that waits for memory. */
  static final class Reservation {
    final int bytes;
    private final Runnable onGranted;

    /**
     * Creates a reservation.
     *
     * @param onGranted runs when the bytes are reserved, on the thread that released them; must not
     *     block
     */
    Reservation(int bytes, Runnable onGranted) {
      this.bytes = bytes;
      this.onGranted = onGranted;
    }
  }

  /** Reserves bytes if enough are free and no reservation waits; returns true if successful. */
  synchronized boolean tryReserve(int bytes) {
    boolean taken = waiting.isEmpty() && bytes <= free;
    if (taken) {
      free -= bytes;
    }
    return taken;
  }

  /** Queues a reservation after {@link #tryReserve} has failed. */
  void await(Reservation reservation) {
    synchronized (this) {
      waiting.add(reservation);
    }
    release(0); // grants it now if bytes were released in the meantime
  }

  /** Withdraws a reservation, whether granted or not. */
  void withdraw(Reservation reservation) {
    boolean isWaiting;
    synchronized (this) {
      isWaiting = waiting.remove(reservation);
    }
    release(isWaiting ? 0 : reservation.bytes);
  }

  /** Returns true if a reservation waits. */
  synchronized boolean hasWaiters() {
    return !waiting.isEmpty();
  }

  /** Releases bytes and grants waiting reservations. */
  void release(long bytes) {
    List<Reservation> granted = new ArrayList<>();
    synchronized (this) {
      free += bytes;
      while (!waiting.isEmpty() && waiting.peek().bytes <= free) {
        Reservation first = waiting.remove();
        free -= first.bytes;
        granted.add(first);
      }
    }
    granted.forEach(reservation -> reservation.onGranted.run());
  }
}
