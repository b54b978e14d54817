package io.github.jsftp.internal.transfer.context;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The buffers for one call's requests. The request window and the connection's memory budget limit
 * how many are lent at a time. Each call can always have one small buffer beyond the budget: a call
 * blocked in the user's code can therefore not block another call forever. Used on the call's
 * thread only.
 */
public final class BufferPool implements Buffers {
  /** The size of the buffer that a call gets beyond the budget. */
  static final int MIN_BUFFER = 4 << 10;

  private static final int MAX_IDLE = 64;
  private static final int MIN_KEPT = 16 << 10;

  private final IntSupplier window;
  private final MemoryBudget budget;
  private final Executor loop;
  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
  private final ArrayDeque<BufferRequest> queue = new ArrayDeque<>();
  private MemoryBudget.@Nullable Reservation reservation;
  private @Nullable ByteBuffer reserve; // the one lent beyond the budget
  private int lent;
  private long reservedBytes; // taken from the budget

  /**
   * Creates a pool.
   *
   * @param window returns the largest number of buffers to lend at a time; it may change during the
   *     call
   * @param loop runs the steps that become possible when another call releases memory
   */
  BufferPool(IntSupplier window, MemoryBudget budget, Executor loop) {
    this.window = window;
    this.budget = budget;
    this.loop = loop;
  }

  private record BufferRequest(int size, Consumer<ByteBuffer> receiver) {}

  @Override
  public void acquire(int size, Consumer<ByteBuffer> receiver) {
    queue.add(new BufferRequest(size, receiver));
    dispatch();
  }

  @Override
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

  /** Allocates a buffer for the rest of the call; smaller than requested if memory is short. */
  public ByteBuffer allocate(int size) {
    return budget.tryReserve(size)
        ? allocateReserved(size)
        : ByteBuffer.allocate(Math.min(size, MIN_BUFFER));
  }

  /** Returns all memory to the budget at the end of the call. */
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

  /** Returns a buffer for the first request in the queue, or null if none can be lent now. */
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

  /** Lends the granted memory, or returns it if it is no longer needed. */
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
