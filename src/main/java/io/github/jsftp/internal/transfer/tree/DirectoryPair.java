package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A directory of the source with its target directory. */
final class DirectoryPair {
  final TreeEntry entry;
  final @Nullable DirectoryPair parent;

  /** The names in the source, recorded if extraneous entries are to be deleted. */
  final Set<String> sourceNames = new HashSet<>();

  /** The order in which the entries are copied. */
  final SimilarNameQueue similarNameQueue;

  /** The target directory, null until it has been requested; it is created if it is missing. */
  @Nullable CompletableFuture<TargetDirectory> target;

  /** The target directory if it exists, null until that has been requested. */
  @Nullable CompletableFuture<Optional<TargetDirectory>> existingTarget;

  /** True if the target directory was modified, which also changes its modification time. */
  boolean isTargetChanged;

  DirectoryPair(TransferCall call, TreeEntry entry, @Nullable DirectoryPair parent) {
    this.similarNameQueue = new SimilarNameQueue(call);
    this.entry = entry;
    this.parent = parent;
  }

  /** Returns true if the target directory could not be created. */
  boolean isFailed() {
    return target != null && target.isCompletedExceptionally();
  }
}
