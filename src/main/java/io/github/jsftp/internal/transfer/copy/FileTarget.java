package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.resume.Resumption;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A target that has a name, so that it may exist already, or have a part file. */
interface FileTarget extends Target {

  /** Returns the attributes of an existing target, following links. Fails for a directory. */
  CompletableFuture<Optional<FileAttributes>> stat();

  /** Creates the done file of an existing target that is up to date, unless it exists. */
  CompletableFuture<Void> ensureDoneFile();

  /** Returns the last name of the file to write, with links followed. */
  String name();

  /** Returns the name of the temporary file; empty if the file is written in place. */
  Optional<String> temporaryName();

  /** Returns true if the size of the complete file is known to be right. */
  default boolean isSizeVerified() {
    return true;
  }

  /** Returns the exception for a target that exists and must not be replaced. */
  IOException alreadyExists();

  /** Opens the file to write; called after {@link #stat}. */
  @Override
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
}
