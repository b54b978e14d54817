package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.Buffers;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.verify.Content;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The target of one copy: a file or a stream. Called on the call's thread only. */
public interface Target {

  /** Returns the path for results and exceptions. */
  String path();

  /** Opens the target, for a source with these attributes. */
  CompletableFuture<Void> open(FileAttributes source);

  /** Returns the buffers for the blocks to write. */
  default Buffers buffers(TransferCall call) {
    return call.buffers();
  }

  /** Returns the largest useful write, in bytes. */
  int blockSize();

  /**
   * Passes a first writer to the receiver now, and possibly more of them later.
   *
   * @param stripes the number of writers wanted
   */
  void openWriters(int stripes, Consumer<Stripe.Writer> receiver);

  /** Opens additional writers if the target supports several, and passes them to the receiver. */
  default void openMoreWriters(int stripes, Consumer<Stripe.Writer> receiver) {}

  /** Is notified when all writes have been sent, possibly before any response. */
  void allWritesSent();

  /** Waits until all bytes are written and checks the size of the written file. */
  CompletableFuture<Void> complete(long bytes, CopyErrors errors);

  /** Returns the content to compare with the source; called after {@link #complete}. */
  Content content();

  /** Renames the complete file to the target's name. */
  CompletableFuture<Void> commit(long bytes, CopyErrors errors);

  /**
   * Deletes the file written so far, unless a later call can resume it. An existing target stays.
   * Does nothing after {@link #commit}.
   */
  CompletableFuture<Void> abort();
}
