package io.github.jsftp.internal.transfer.copy;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** One path from the source to the target. A big file has several, each on its own channel. */
public final class Stripe {
  private Reader reader;
  private Writer writer;
  private int workers;

  Stripe(Reader reader, Writer writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /**
   * Reads some bytes at an offset, advances the buffer, and returns their number; -1 at the end.
   */
  @FunctionalInterface
  public interface Reader {
    CompletableFuture<Integer> read(long offset, ByteBuffer into);
  }

  /** Writes all of the buffer's bytes at an offset. */
  @FunctionalInterface
  public interface Writer {
    CompletableFuture<Void> write(long offset, ByteBuffer from);
  }

  Reader reader() {
    return reader;
  }

  Writer writer() {
    return writer;
  }

  /** Returns the number of workers, including those that have ended. */
  int workers() {
    return workers;
  }

  void addWorker() {
    workers++;
  }

  /** Changes both ends for the blocks to come. */
  void set(Reader from, Writer to) {
    reader = from;
    writer = to;
  }
}
