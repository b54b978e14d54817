package io.github.jsftp.internal.transfer.copy;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * One way from a source to a target. A big file has several, each over its own channel.
 *
 * @param reader reads from the source
 * @param writer writes to the target
 */
record Stripe(Reader reader, Writer writer) {

  /** Reads some bytes at an offset and advances the buffer; -1 at the end. */
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
