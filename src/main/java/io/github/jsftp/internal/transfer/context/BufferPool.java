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
  static final int LEAST = 4 << 10;

  private static final int MOST_IDLE = 64;
  private static final int WORTH_KEEPING = 16 << 10;

  private final IntSupplier window;
  private final MemoryBudget budget;
  private final Executor loop;
  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
  private final ArrayDeque<Wish> waiting = new ArrayDeque<>();
  private MemoryBudget.@Nullable Claim claim;
  private @Nullable ByteBuffer own; // lent though the budget is used up
  private int lent;
  private long charged; // what the budget counts

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

  private record Wish(int size, Consumer<ByteBuffer> to) {}

  /**
   * Passes an empty buffer on as soon as there is one, in the order of the calls. It is smaller
   * than asked for where memory is short.
   */
  public void lend(int size, Consumer<ByteBuffer> to) {
    waiting.add(new Wish(size, to));
    serve();
  }

  /** Takes a buffer back, to be lent again. */
  @SuppressWarnings("ReferenceEquality") // buffers with the same bytes are equal
  public void giveBack(ByteBuffer buffer) {
    lent--;
    if (buffer == own) {
      own = null;
    } else if (budget.isWanted()) {
      release(buffer);
      releaseIdle();
    } else if (idle.size() < MOST_IDLE && buffer.capacity() >= WORTH_KEEPING) {
      idle.push(buffer);
    } else {
      release(buffer);
    }
    serve();
  }

  /** Returns a buffer to be kept until the end of the call, smaller where memory is short. */
  public ByteBuffer give(int size) {
    return budget.take(size) ? charge(size) : ByteBuffer.allocate(Math.min(size, LEAST));
  }

  /** Gives all back at the end of the call. */
  void close() {
    MemoryBudget.Claim open = claim;
    claim = null;
    if (open != null) {
      budget.withdraw(open);
    }
    waiting.clear();
    idle.clear();
    budget.giveBack(charged);
    charged = 0;
  }

  private void serve() {
    ByteBuffer buffer = next();
    while (buffer != null) {
      lent++;
      waiting.remove().to().accept(buffer);
      buffer = next();
    }
  }

  /** Returns a buffer for who comes next, null if nobody wants one, or there is none now. */
  private @Nullable ByteBuffer next() {
    Wish wish = waiting.peek();
    if (wish == null || (lent > 0 && lent >= window.getAsInt())) {
      return null;
    }
    ByteBuffer kept = idle.peek();
    if (kept != null && kept.capacity() == wish.size()) {
      return idle.pop().clear();
    }
    if (claim == null) {
      releaseIdle();
      if (budget.take(wish.size())) {
        return charge(wish.size());
      }
      claim = new MemoryBudget.Claim(wish.size(), () -> loop.execute(this::granted));
      budget.await(claim);
    }
    if (lent > 0) {
      return null;
    }
    own = ByteBuffer.allocate(Math.min(wish.size(), LEAST));
    return own;
  }

  /** Uses what was waited for, or gives it back if nobody wants it any more. */
  private void granted() {
    MemoryBudget.Claim won = claim;
    if (won == null) {
      return;
    }
    claim = null;
    Wish wish = waiting.peek();
    if (wish != null && wish.size() <= won.bytes && (lent == 0 || lent < window.getAsInt())) {
      budget.giveBack(won.bytes - wish.size());
      lent++;
      waiting.remove().to().accept(charge(wish.size()));
    } else {
      budget.giveBack(won.bytes);
    }
    serve();
  }

  private ByteBuffer charge(int size) {
    charged += size;
    return ByteBuffer.allocate(size);
  }

  private void releaseIdle() {
    idle.forEach(this::release);
    idle.clear();
  }

  private void release(ByteBuffer buffer) {
    charged -= buffer.capacity();
    budget.giveBack(buffer.capacity());
  }
}
