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
  private static final long MOST_BYTES = 32L << 20;

  private final ArrayDeque<Claim> waiting = new ArrayDeque<>();
  private long free;

  /** As much as is worth having, or as the heap allows. */
  public MemoryBudget() {
    this(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 4));
  }

  MemoryBudget(long bytes) {
    free = bytes;
  }

  /** Bytes that are waited for. */
  static final class Claim {
    final int bytes;
    private final Runnable granted;

    /**
     * A claim for bytes.
     *
     * @param granted runs once they are set aside, on the thread that gave them back; must not
     *     block
     */
    Claim(int bytes, Runnable granted) {
      this.bytes = bytes;
      this.granted = granted;
    }
  }

  /** Takes bytes if there are as many and nobody waits for some; returns true if so. */
  synchronized boolean take(int bytes) {
    boolean taken = waiting.isEmpty() && bytes <= free;
    if (taken) {
      free -= bytes;
    }
    return taken;
  }

  /** Waits for bytes; called after {@link #take} has failed. */
  void await(Claim claim) {
    synchronized (this) {
      waiting.add(claim);
    }
    giveBack(0); // some may have come back meanwhile
  }

  /** Withdraws a claim, be it granted or not. */
  void withdraw(Claim claim) {
    boolean isWaiting;
    synchronized (this) {
      isWaiting = waiting.remove(claim);
    }
    giveBack(isWaiting ? 0 : claim.bytes);
  }

  /** Returns true if somebody waits. */
  synchronized boolean isWanted() {
    return !waiting.isEmpty();
  }

  /** Gives bytes back, to those who wait. */
  void giveBack(long bytes) {
    List<Claim> granted = new ArrayList<>();
    synchronized (this) {
      free += bytes;
      while (!waiting.isEmpty() && waiting.peek().bytes <= free) {
        Claim first = waiting.remove();
        free -= first.bytes;
        granted.add(first);
      }
    }
    granted.forEach(claim -> claim.granted.run());
  }
}
