package io.github.jsftp.internal.transfer.context;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The buffers for files that the user reads one after the other, while the next ones are already
 * requested. Buffers stay lent until the user has read them. The current file is served first, and
 * the others only from memory that is free at the moment. The current file can always have one
 * small buffer, so it never waits for a later file or for another call. Used on the call's thread
 * only.
 */
public final class ReadAheadBuffers {
  private final MemoryBudget budget;
  private final long limit;
  private final TreeMap<Long, FileBuffers> waiting = new TreeMap<>();
  private long current;
  private long held; // in bytes, taken from the budget
  private @Nullable ByteBuffer reserve; // the one lent beyond the budget
  private boolean closed;

  /** Creates buffers that take at most half of the budget. */
  ReadAheadBuffers(MemoryBudget budget) {
    this.budget = budget;
    limit = budget.bytes() / 2;
  }

  private record BufferRequest(int size, Consumer<ByteBuffer> receiver) {}

  /** Returns how many bytes of later files are useful to request. */
  public long maxAhead() {
    return limit / 2;
  }

  /**
   * Returns the buffers for a file.
   *
   * @param number its position in the order in which the files are read
   */
  public Buffers forFile(long number) {
    return new FileBuffers(number);
  }

  /** Serves this file first from now on. */
  public void setCurrent(long number) {
    current = number;
    dispatch();
  }

  /** Returns all memory to the budget at the end of the call. */
  public void close() {
    closed = true;
    waiting.clear();
    budget.release(held);
    held = 0;
  }

  private void dispatch() {
    while (!waiting.isEmpty()) {
      FileBuffers first = waiting.firstEntry().getValue();
      ByteBuffer buffer = lend(first, first.queue.element().size());
      if (buffer == null) {
        return;
      }
      BufferRequest served = first.queue.remove();
      if (first.queue.isEmpty()) {
        waiting.remove(first.number);
      }
      first.lent++;
      served.receiver().accept(buffer);
    }
  }

  private @Nullable ByteBuffer lend(FileBuffers file, int size) {
    boolean isCurrent = file.number <= current;
    if (held + size <= (isCurrent ? limit : limit / 2) && budget.tryReserve(size)) {
      held += size;
      return ByteBuffer.allocate(size);
    }
    if (!isCurrent || file.lent > 0 || reserve != null) {
      return null;
    }
    reserve = ByteBuffer.allocate(Math.min(size, BufferPool.MIN_BUFFER));
    return reserve;
  }

  /** The buffers for one file. */
  private final class FileBuffers implements Buffers {
    final long number;
    final ArrayDeque<BufferRequest> queue = new ArrayDeque<>();
    int lent;

    FileBuffers(long number) {
      this.number = number;
    }

    @Override
    public void acquire(int size, Consumer<ByteBuffer> receiver) {
      queue.add(new BufferRequest(size, receiver));
      waiting.put(number, this);
      dispatch();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // buffers with the same bytes are equal
    public void release(ByteBuffer buffer) {
      lent--;
      if (buffer == reserve) {
        reserve = null;
      } else if (!closed) {
        held -= buffer.capacity();
        budget.release(buffer.capacity());
      }
      dispatch();
    }
  }
}
