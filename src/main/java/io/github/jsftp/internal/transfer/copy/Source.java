package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.verify.Content;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The source of one copy: a file or a stream. Called on the call's thread only. */
public interface Source {

  /** Returns the path for results and exceptions. */
  String path();

  /** Returns text that identifies this source among all others. */
  default String identity() {
    return path();
  }

  /** Returns the attributes, without opening the source if possible. */
  CompletableFuture<FileAttributes> stat();

  /** Opens the source and returns its attributes. */
  CompletableFuture<FileAttributes> open();

  /** Returns the largest useful read, in bytes. */
  int blockSize();

  /**
   * Passes a first reader to the receiver now, and possibly more of them later.
   *
   * @param stripes the number of readers wanted
   */
  void openReaders(int stripes, Consumer<Stripe.Reader> receiver);

  /** Opens additional readers if the source supports several, and passes them to the receiver. */
  default void openMoreReaders(int stripes, Consumer<Stripe.Reader> receiver) {}

  /** Is notified when all reads have been sent, possibly before any response. */
  void allReadsSent();

  /** Closes the source and checks that it has not changed since it was opened. */
  CompletableFuture<Void> finish(FileAttributes before, long bytes, CopyErrors errors);

  /** Returns the content to compare with the target; called after {@link #open}. */
  Content content();

  /** Returns the last name of the path. */
  default String name() {
    throw new IllegalStateException("has no name");
  }

  /** Returns true if there is an entry of this name in the directory of the source. */
  default CompletableFuture<Boolean> hasSibling(String name) {
    throw new IllegalStateException("has no directory");
  }

  /**
   * Removes the source, a link itself and not its target. Fails if the source is no longer what was
   * copied.
   *
   * @param copied the attributes when it was opened
   */
  default CompletableFuture<Void> remove(FileAttributes copied, long bytes, CopyErrors errors) {
    throw new IllegalStateException("can't be removed");
  }

  /** Closes the source after a failure. */
  CompletableFuture<Void> abort();
}
