package io.github.jsftp.internal.transfer.context;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Lends the buffers for the blocks of a copy. Used on the call's thread only. */
public interface Buffers {

  /**
   * Lends an empty buffer as soon as one is available, in order of the calls. The buffer is smaller
   * than requested if memory is short.
   */
  void acquire(int size, Consumer<ByteBuffer> receiver);

  /** Takes back a lent buffer. */
  void release(ByteBuffer buffer);
}
