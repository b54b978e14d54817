package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.verify.Content;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Where the bytes of one file come from. Called on the call's thread only. */
public interface Source {

  /** Returns the path for results and failures. */
  String path();

  /** Returns what tells it from all other sources. */
  default String identity() {
    return path();
  }

  /** Tells what it is, without opening it where that is not needed. */
  CompletableFuture<EntryAttributes> stat();

  /** Opens it and tells what it is. */
  CompletableFuture<EntryAttributes> open();

  /** Returns the most bytes worth reading at once. */
  int blockSize();

  /**
   * Gives a way to read to the consumer now, and perhaps more of them later.
   *
   * @param stripes how many are welcome
   */
  void openReaders(int stripes, Consumer<Stripe.Reader> receiver);

  /** Gives so many further ways to read to the consumer later, if that is of use. */
  default void openMoreReaders(int stripes, Consumer<Stripe.Reader> receiver) {}

  /** Hears that every byte has been asked for, though perhaps none has come. */
  void allReadsSent();

  /** Closes it, and checks that it still is what it was before these bytes were read. */
  CompletableFuture<Void> finish(EntryAttributes before, long bytes, CopyErrors errors);

  /** Returns what is compared with the target; {@link #open} went before. */
  Content content();

  /** Closes it early. */
  CompletableFuture<Void> abort();
}
