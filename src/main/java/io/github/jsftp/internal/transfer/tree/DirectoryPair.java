package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A directory of the source, and what is known of its counterpart in the target. */
final class DirectoryPair {
  final TreeEntry entry;
  final @Nullable DirectoryPair parent;

  /** The names in the source, if they are needed to tell what is extraneous. */
  final Set<String> names = new HashSet<>();

  /** The order in which its entries are copied. */
  final SimilarNameQueue similarNameQueue;

  /** The counterpart, once something has wanted it to be there. */
  @Nullable CompletableFuture<TargetDirectory> made;

  /** The counterpart, as far as it was there. */
  @Nullable CompletableFuture<Optional<TargetDirectory>> looked;

  /** Whether something in the counterpart was changed, and with it its time. */
  boolean isTouched;

  DirectoryPair(TransferCall call, TreeEntry entry, @Nullable DirectoryPair parent) {
    this.similarNameQueue = new SimilarNameQueue(call);
    this.entry = entry;
    this.parent = parent;
  }

  /** Says whether the counterpart could not be made. */
  boolean isDead() {
    return made != null && made.isCompletedExceptionally();
  }
}
