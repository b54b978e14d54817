package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.FileOutcome;
import io.github.jsftp.OutcomeCallback;
import io.github.jsftp.internal.async.UserCode;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.RemoteStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes the outcomes of a call to the user's callback in the order of the entries, although the
 * entries are finished in any order. Each entry has a slot in the queue; its outcomes wait until
 * all slots before it are closed. Used on the call's thread only.
 *
 * <p>The number of waiting outcomes is bounded: whoever opens slots stops while there is no {@link
 * #hasRoom room}.
 */
public final class OutcomeQueue {
  /** The number of entries that may wait for one slow entry before them. */
  public static final int MAX_WAITING = 10_000;

  private final @Nullable OutcomeCallback callback;
  private final UserCode userCode;
  private final RemoteCall call;
  private final RemoteStore store;
  private final Slot root = new Slot();
  private final List<Runnable> waitingForRoom = new ArrayList<>();
  private int waiting;
  private boolean isMuted;

  /**
   * Creates the queue of a call.
   *
   * @param store the store of the source; nothing more is delivered once it is closed
   */
  OutcomeQueue(
      @Nullable OutcomeCallback callback, UserCode userCode, RemoteCall call, RemoteStore store) {
    this.callback = callback;
    this.userCode = userCode;
    this.call = call;
    this.store = store;
  }

  /** Returns true if the user wants to receive outcomes. */
  public boolean isWanted() {
    return callback != null;
  }

  /** Adds a slot at the end. */
  public Slot open() {
    return root.open();
  }

  /** Returns true if fewer than the maximum number of entries are waiting. */
  public boolean hasRoom() {
    return waiting < MAX_WAITING;
  }

  /** Runs an action once, after the next delivery. */
  public void afterDelivery(Runnable action) {
    waitingForRoom.add(action);
  }

  /**
   * Delivers all waiting outcomes in order, after a call has failed. Entries in progress have none.
   * An exception of the callback is added to the failure.
   */
  void deliverRest(Throwable failure) {
    try {
      deliverAll(root);
    } catch (UserCodeException e) {
      failure.addSuppressed(e.thrown());
    }
  }

  private void deliverAll(Slot slot) {
    for (Object item = slot.items.poll(); item != null; item = slot.items.poll()) {
      if (item instanceof Slot inner) {
        deliverAll(inner);
      } else {
        deliver((FileOutcome) item);
      }
    }
  }

  private void deliver() {
    deliverClosed(root);
    if (!waitingForRoom.isEmpty()) {
      var actions = List.copyOf(waitingForRoom);
      waitingForRoom.clear();
      actions.forEach(Runnable::run);
    }
  }

  /** Delivers up to the first slot that is still open. */
  private void deliverClosed(Slot slot) {
    for (Object item = slot.items.peek(); item != null; item = slot.items.peek()) {
      if (call.isStopped()) {
        return;
      }
      if (item instanceof Slot inner) {
        deliverClosed(inner);
        if (!inner.isClosed || !inner.items.isEmpty()) {
          return;
        }
      }
      slot.items.remove();
      if (item instanceof FileOutcome outcome) {
        deliver(outcome);
      } else {
        waiting--;
      }
    }
  }

  private void deliver(FileOutcome outcome) {
    OutcomeCallback to = callback;
    if (to == null || isMuted || store.isClosed()) {
      return;
    }
    isMuted = true; // after an exception nothing more is delivered
    try {
      userCode.run(
          () -> {
            to.accept(outcome);
            return true;
          });
      isMuted = false;
    } catch (IOException | RuntimeException e) {
      throw new UserCodeException(e);
    }
  }

  /** The place of an entry in the order of outcomes. An entry may have several, or none. */
  public final class Slot {
    private final ArrayDeque<Object> items = new ArrayDeque<>(1); // outcomes and slots
    private boolean isClosed;

    private Slot() {}

    /** Adds an outcome at the end. */
    public void add(FileOutcome outcome) {
      if (isWanted()) {
        items.add(outcome);
      }
    }

    /** Adds a slot at the end of this one. */
    public Slot open() {
      if (!isWanted()) {
        return this;
      }
      var inner = new Slot();
      items.add(inner);
      waiting++;
      return inner;
    }

    /** Closes the slot, so that its outcomes and those behind it can be delivered. */
    public void close() {
      if (isWanted()) {
        isClosed = true;
        deliver();
      }
    }

    /** Returns true if the slot has been closed. */
    public boolean isClosed() {
      return isClosed;
    }

    /** Returns true if everything before the next outcome of this slot has been delivered. */
    public boolean isNext() {
      return root.items.peek() == this && items.isEmpty();
    }
  }
}
