package io.github.jsftp.internal.transfer.context;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lends the buffers of one call's requests, no more at a time than are worth having in flight and
 * than the connection's budget allows. One small buffer a call has in any case, so that no call
 * waits for another for ever, whatever the user's code in their midst does. Used on the call's
 * thread only.
 */
public final class BufferPool {
  /** What a call has though the budget is used up. */
  static final int MIN_BUFFER = 4 << 10;

  private static final int MAX_IDLE = 64;
  private static final int MIN_KEPT = 16 << 10;

  private final IntSupplier window;
  private final MemoryBudget budget;
  private final Executor loop;
  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
  private final ArrayDeque<BufferRequest> queue = new ArrayDeque<>();
  private MemoryBudget.@Nullable Reservation reservation;
  private @Nullable ByteBuffer reserve; // lent though the budget is used up
  private int lent;
  private long reservedBytes; // what the budget counts

  /**
   * Lends at most as many at a time as the window says then.
   *
   * @param loop runs what a call of another thread has made possible
   */
  BufferPool(IntSupplier window, MemoryBudget budget, Executor loop) {
    this.window = window;
    this.budget = budget;
    this.loop = loop;
  }

  private record BufferRequest(int size, Consumer<ByteBuffer> receiver) {}

  /**
   * Passes an empty buffer on as soon as there is one, in the order of the calls. It is smaller
   * than asked for where memory is short.
   */
  public void acquire(int size, Consumer<ByteBuffer> receiver) {
    queue.add(new BufferRequest(size, receiver));
    dispatch();
  }

  /** Takes a buffer back, to be lent again. */
  @SuppressWarnings("ReferenceEquality") // buffers with the same bytes are equal
  public void release(ByteBuffer buffer) {
    lent--;
    if (buffer == reserve) {
      reserve = null;
    } else if (budget.hasWaiters()) {
      free(buffer);
      freeIdle();
    } else if (idle.size() < MAX_IDLE && buffer.capacity() >= MIN_KEPT) {
      idle.push(buffer);
    } else {
      free(buffer);
    }
    dispatch();
  }

  /** Returns a buffer to be kept until the end of the call, smaller where memory is short. */
  public ByteBuffer allocate(int size) {
    return budget.tryReserve(size)
        ? allocateReserved(size)
        : ByteBuffer.allocate(Math.min(size, MIN_BUFFER));
  }

  /** Gives all back at the end of the call. */
  void close() {
    MemoryBudget.Reservation pending = reservation;
    reservation = null;
    if (pending != null) {
      budget.withdraw(pending);
    }
    queue.clear();
    idle.clear();
    budget.release(reservedBytes);
    reservedBytes = 0;
  }

  private void dispatch() {
    ByteBuffer buffer = next();
    while (buffer != null) {
      lent++;
      queue.remove().receiver().accept(buffer);
      buffer = next();
    }
  }

  /** Returns a buffer for who comes next, null if nobody wants one, or there is none now. */
  private @Nullable ByteBuffer next() {
    BufferRequest request = queue.peek();
    if (request == null || (lent > 0 && lent >= window.getAsInt())) {
      return null;
    }
    ByteBuffer reusable = idle.peek();
    if (reusable != null && reusable.capacity() == request.size()) {
      return idle.pop().clear();
    }
    if (reservation == null) {
      freeIdle();
      if (budget.tryReserve(request.size())) {
        return allocateReserved(request.size());
      }
      reservation =
          new MemoryBudget.Reservation(request.size(), () -> loop.execute(this::onGranted));
      budget.await(reservation);
    }
    if (lent > 0) {
      return null;
    }
    reserve = ByteBuffer.allocate(Math.min(request.size(), MIN_BUFFER));
    return reserve;
  }

  /** Uses what was waited for, or gives it back if nobody wants it any more. */
  private void onGranted() {
    MemoryBudget.Reservation granted = reservation;
    if (granted == null) {
      return;
    }
    reservation = null;
    BufferRequest request = queue.peek();
    if (request != null
        && request.size() <= granted.bytes
        && (lent == 0 || lent < window.getAsInt())) {
      budget.release(granted.bytes - request.size());
      lent++;
      queue.remove().receiver().accept(allocateReserved(request.size()));
    } else {
      budget.release(granted.bytes);
    }
    dispatch();
  }

  private ByteBuffer allocateReserved(int size) {
    reservedBytes += size;
    return ByteBuffer.allocate(size);
  }

  private void freeIdle() {
    idle.forEach(this::free);
    idle.clear();
  }

  private void free(ByteBuffer buffer) {
    reservedBytes -= buffer.capacity();
    budget.release(buffer.capacity());
  }
}
