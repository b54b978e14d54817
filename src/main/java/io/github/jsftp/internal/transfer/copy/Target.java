package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.resume.Resumption;
import io.github.jsftp.internal.transfer.verify.Content;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The target of one copy: a file or a stream. Called on the call's thread only. */
public interface Target {

  /** Returns the path for results and exceptions. */
  String path();

  /** Returns the attributes of an existing target, following links. Fails for a directory. */
  CompletableFuture<Optional<FileAttributes>> stat();

  /** Returns the exception for a target that exists and must not be replaced. */
  IOException alreadyExists();

  /** Opens the file to write, for a source with these attributes; called after {@link #stat}. */
  CompletableFuture<Void> open(FileAttributes source);

  /**
   * Opens the part file of an earlier call or, if there is none to resume, a new part file. Called
   * instead of {@link #open} after {@link #stat}. If the copy fails, the part file stays.
   *
   * @return the length of the part file, 0 for a new one
   */
  CompletableFuture<Long> resume(FileAttributes source, Resumption resumption);

  /** Returns a reader for the part file of the earlier call. */
  Stripe.Reader partReader();

  /** Deletes the part file of the earlier call and opens a new one. */
  CompletableFuture<Void> restart();

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
