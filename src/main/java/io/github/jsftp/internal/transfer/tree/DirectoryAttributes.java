package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.async.Lanes;
import io.github.jsftp.internal.remote.Facts;
import io.github.jsftp.internal.transfer.context.AttributesCopy;
import io.github.jsftp.internal.transfer.context.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Gives directories of a target the times and modes of their sources when all else is done. */
final class DirectoryAttributes {
  private final Call call;
  private final TreeMap<Integer, List<CopiedDirectory>> levels = new TreeMap<>();

  DirectoryAttributes(Call call) {
    this.call = call;
  }

  /** Adds a directory unless the options want nothing of it to be kept. */
  void add(CopiedDirectory directory) {
    if (directory.made != null
        && !call.options().dryRun()
        && (call.options().preserveMtime() || call.options().preserveMode())) {
      levels.computeIfAbsent(-directory.entry.depth(), depth -> new ArrayList<>()).add(directory);
    }
  }

  /** Sets them, the deepest first, since a mode that is set may shut this user out. */
  CompletableFuture<Void> keep() {
    var level = levels.pollFirstEntry();
    if (level == null) {
      return CompletableFuture.completedFuture(null);
    }
    var lanes = new Lanes(call.loop(), call.store()::window);
    var all =
        CompletableFuture.allOf(
            level.getValue().stream()
                .map(directory -> lanes.send(() -> keep(directory)))
                .toArray(CompletableFuture<?>[]::new));
    return call.then(all, kept -> keep());
  }

  private CompletableFuture<Void> keep(CopiedDirectory directory) {
    if (directory.made == null || directory.isDead()) {
      return CompletableFuture.completedFuture(null);
    }
    Folder folder = directory.made.join();
    Facts facts = folder.facts();
    Facts wanted = directory.entry.facts();
    return directory.isTouched
            || facts == null
            || !AttributesCopy.isKept(call.options(), wanted, facts)
        ? folder.keep(wanted)
        : CompletableFuture.completedFuture(null);
  }
}
