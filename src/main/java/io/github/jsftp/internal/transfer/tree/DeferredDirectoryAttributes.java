package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.PreservedAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Applies the times and permissions of source directories to their targets, after everything else
 * has been copied.
 */
final class DeferredDirectoryAttributes {
  private final TransferCall call;
  private final TreeMap<Integer, List<DirectoryPair>> levels = new TreeMap<>();

  DeferredDirectoryAttributes(TransferCall call) {
    this.call = call;
  }

  /** Adds a directory, unless the options preserve no attributes. */
  void add(DirectoryPair directory) {
    if (!call.options().dryRun()
        && (call.options().preserveMtime() || call.options().preserveMode())) {
      levels.computeIfAbsent(-directory.entry.depth(), depth -> new ArrayList<>()).add(directory);
    }
  }

  /**
   * Applies the attributes, deepest directories first, since new permissions may lock this user
   * out.
   */
  CompletableFuture<Void> apply() {
    var level = levels.pollFirstEntry();
    if (level == null) {
      return CompletableFuture.completedFuture(null);
    }
    var limiter = new RequestLimiter(call.loop(), call.store()::maxInFlight);
    var all =
        CompletableFuture.allOf(
            level.getValue().stream()
                .map(directory -> limiter.send(() -> apply(directory)))
                .toArray(CompletableFuture<?>[]::new));
    return call.then(all, kept -> apply());
  }

  private CompletableFuture<Void> apply(DirectoryPair directory) {
    if (directory.target == null || directory.isFailed()) {
      return CompletableFuture.completedFuture(null);
    }
    TargetDirectory target = directory.target.join();
    FileAttributes attributes = target.attributes();
    FileAttributes source = directory.entry.attributes();
    return directory.isTargetChanged
            || attributes == null
            || !PreservedAttributes.isKept(call.options(), source, attributes)
        ? target.preserve(source)
        : CompletableFuture.completedFuture(null);
  }
}
