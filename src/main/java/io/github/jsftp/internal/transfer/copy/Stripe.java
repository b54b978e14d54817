package io.github.jsftp.internal.transfer.copy;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * One path from the source to the target. A big file has several stripes, each on its own channel.
 *
 * @param reader reads from the source
 * @param writer writes to the target
 */
record Stripe(Reader reader, Writer writer) {

  /**
   * Reads some bytes at an offset, advances the buffer, and returns their number; -1 at the end.
   */
  @FunctionalInterface
  interface Reader {
    CompletableFuture<Integer> read(long offset, ByteBuffer into);
  }

  /** Writes all of the buffer's bytes at an offset. */
  @FunctionalInterface
  interface Writer {
    CompletableFuture<Void> write(long offset, ByteBuffer from);
  }
}
