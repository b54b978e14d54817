package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.resume.Resumption;
import io.github.jsftp.internal.transfer.verify.Content;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Where the bytes of one file go. Called on the call's thread only. */
public interface Target {

  /** Returns the path for results and failures. */
  String path();

  /** Finds out what is there, if anything, links followed; a directory is a failure. */
  CompletableFuture<Optional<EntryAttributes>> stat();

  /** Returns the exception for a target that is there and must not be. */
  IOException alreadyExists();

  /** Opens what is to be written, for what this source is; {@link #look} went before. */
  CompletableFuture<Void> open(EntryAttributes source);

  /**
   * Opens what an earlier call has left of this source or, if there is nothing of use, what is to
   * be written; {@link #look} went before. A failure leaves what a later call can continue.
   *
   * @return how many bytes were left, 0 for nothing
   */
  CompletableFuture<Long> resume(EntryAttributes source, Resumption resumption);

  /** Reads what was left. */
  Stripe.Reader partReader();

  /** Removes what was left, and opens what is to be written instead. */
  CompletableFuture<Void> restart();

  /** Returns the most bytes worth writing at once. */
  int blockSize();

  /**
   * Gives a way to write to the consumer now, and perhaps more of them later.
   *
   * @param stripes how many are welcome
   */
  void openWriters(int stripes, Consumer<Stripe.Writer> receiver);

  /** Gives so many further ways to write to the consumer later, if that is of use. */
  default void openMoreWriters(int stripes, Consumer<Stripe.Writer> receiver) {}

  /** Hears that every byte has been given, though perhaps none has arrived. */
  void allWritesSent();

  /** Waits until all is written, and checks that as many bytes arrived. */
  CompletableFuture<Void> complete(long bytes, CopyErrors errors);

  /** Returns what is compared with the source, once it is complete. */
  Content content();

  /** Makes what is complete appear under the target's name. */
  CompletableFuture<Void> commit(long bytes, CopyErrors errors);

  /**
   * Removes what was written so far, unless a later call can continue it; the target is as it was.
   * Does nothing after the end.
   */
  CompletableFuture<Void> abort();
}
