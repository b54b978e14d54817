package io.github.jsftp.internal.transfer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Lends the buffers of one call's requests, no more at a time than are worth having on their way
 * and than memory allows. Used on the call's thread only.
 */
final class Buffers {
  private static final long MOST_BYTES = 32L << 20;
  private static final int MOST_IDLE = 64;
  private static final int WORTH_KEEPING = 16 << 10;

  private final IntSupplier window;
  private final long mostBytes = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 4);
  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
  private final ArrayDeque<Wish> waiting = new ArrayDeque<>();
  private int lent;
  private long lentBytes;

  /** Lends at most as many at a time as the window says then. */
  Buffers(IntSupplier window) {
    this.window = window;
  }

  /** Passes an empty buffer on as soon as there is one, in the order of the calls. */
  void lend(int size, Consumer<ByteBuffer> to) {
    waiting.add(new Wish(size, to));
    serve();
  }

  /** Takes a buffer back, to be lent again. */
  void giveBack(ByteBuffer buffer) {
    lent--;
    lentBytes -= buffer.capacity();
    if (idle.size() < MOST_IDLE && buffer.capacity() >= WORTH_KEEPING) {
      idle.push(buffer);
    }
    serve();
  }

  private void serve() {
    while (!waiting.isEmpty() && fits(waiting.peek().size())) {
      Wish wish = waiting.remove();
      ByteBuffer buffer = buffer(wish.size());
      lent++;
      lentBytes += buffer.capacity();
      wish.to().accept(buffer);
    }
  }

  private boolean fits(int size) {
    return lent == 0 || (lent < window.getAsInt() && lentBytes + size <= mostBytes);
  }

  private ByteBuffer buffer(int size) {
    ByteBuffer kept = idle.peek();
    if (kept == null || kept.capacity() != size) {
      return ByteBuffer.allocate(size);
    }
    return idle.pop().clear();
  }

  private record Wish(int size, Consumer<ByteBuffer> to) {}
}
