package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.PreservedAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Gives directories of a target the times and modes of their sources when all else is done. */
final class DirectoryAttributes {
  private final TransferCall call;
  private final TreeMap<Integer, List<DirectoryPair>> levels = new TreeMap<>();

  DirectoryAttributes(TransferCall call) {
    this.call = call;
  }

  /** Adds a directory unless the options want nothing of it to be kept. */
  void add(DirectoryPair directory) {
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
    var limiter = new RequestLimiter(call.loop(), call.store()::maxInFlight);
    var all =
        CompletableFuture.allOf(
            level.getValue().stream()
                .map(directory -> limiter.send(() -> keep(directory)))
                .toArray(CompletableFuture<?>[]::new));
    return call.then(all, kept -> keep());
  }

  private CompletableFuture<Void> keep(DirectoryPair directory) {
    if (directory.made == null || directory.isDead()) {
      return CompletableFuture.completedFuture(null);
    }
    TargetDirectory targetDirectory = directory.made.join();
    EntryAttributes entryAttributes = targetDirectory.entryAttributes();
    EntryAttributes wanted = directory.entry.entryAttributes();
    return directory.isTouched
            || entryAttributes == null
            || !PreservedAttributes.isKept(call.options(), wanted, entryAttributes)
        ? targetDirectory.keep(wanted)
        : CompletableFuture.completedFuture(null);
  }
}
