package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.transfer.context.Call;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A directory of the source, and what is known of its counterpart in the target. */
final class CopiedDirectory {
  final TreeEntry entry;
  final @Nullable CopiedDirectory parent;

  /** The names in the source, if they are needed to tell what is extraneous. */
  final Set<String> names = new HashSet<>();

  /** The order in which its entries are copied. */
  final Turns turns;

  /** The counterpart, once something has wanted it to be there. */
  @Nullable CompletableFuture<Folder> made;

  /** The counterpart, as far as it was there. */
  @Nullable CompletableFuture<Optional<Folder>> looked;

  /** Whether something in the counterpart was changed, and with it its time. */
  boolean isTouched;

  CopiedDirectory(Call call, TreeEntry entry, @Nullable CopiedDirectory parent) {
    this.turns = new Turns(call);
    this.entry = entry;
    this.parent = parent;
  }

  /** Says whether the counterpart could not be made. */
  boolean isDead() {
    return made != null && made.isCompletedExceptionally();
  }
}
