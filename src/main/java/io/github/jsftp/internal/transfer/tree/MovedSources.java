package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.DirectoryNotEmptyException;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.FileCopy;
import io.github.jsftp.internal.transfer.source.SourceTree;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Removes the sources of a tree that is moved: files and links once they are copied, empty
 * directories at the end. What is reached through a link to a directory is kept.
 */
final class MovedSources {
  private final TransferCall call;
  private final SourceTree source;
  private final RequestLimiter limiter;
  private final TreeMap<Integer, List<DirectoryPair>> directories = new TreeMap<>();

  MovedSources(TransferCall call, SourceTree source) {
    this.call = call;
    this.source = source;
    limiter = new RequestLimiter(call.loop(), call.store()::maxInFlight);
  }

  /**
   * Removes a copied file.
   *
   * @param bytes the result of the copy
   */
  CompletableFuture<Void> removeFile(TreeEntry entry, FileCopy copy, long bytes) {
    return mayRemove(entry, bytes >= 0)
        ? limiter.send(() -> copy.removeSource(bytes))
        : CompletableFuture.completedFuture(null);
  }

  /** Removes a copied link. */
  CompletableFuture<Void> removeLink(TreeEntry entry, boolean isCopied) {
    return mayRemove(entry, isCopied)
        ? limiter.send(() -> source.remove(entry))
        : CompletableFuture.completedFuture(null);
  }

  private boolean mayRemove(TreeEntry entry, boolean isCopied) {
    if (!call.options().removeSource() || !isCopied || call.options().dryRun()) {
      return false;
    } else if (entry.isBelowLink()) {
      call.warn(source.path(entry) + ": copied but not removed: reached through a link");
      return false;
    }
    return true;
  }

  /** Adds a directory whose entries have all been seen. */
  void add(DirectoryPair directory) {
    TreeEntry entry = directory.entry;
    if (call.options().removeEmptyDirectories()
        && !call.options().dryRun()
        && entry.depth() > 0
        && !entry.isBelowLink()) {
      directories.computeIfAbsent(-entry.depth(), depth -> new ArrayList<>()).add(directory);
    }
  }

  /** Removes the directories that are empty now, the deepest first. */
  CompletableFuture<Void> removeDirectories() {
    var level = directories.pollFirstEntry();
    if (level == null) {
      return CompletableFuture.completedFuture(null);
    }
    var all =
        CompletableFuture.allOf(
            level.getValue().stream()
                .filter(directory -> directory.target != null && !directory.isFailed())
                .map(directory -> limiter.send(() -> removeDirectory(directory.entry)))
                .toArray(CompletableFuture<?>[]::new));
    return call.then(all, removed -> removeDirectories());
  }

  private CompletableFuture<Void> removeDirectory(TreeEntry entry) {
    return call.recover(
        source.remove(entry),
        failure -> {
          if (!(failure instanceof IOException e) || ServerErrors.endsCall(e)) {
            return CompletableFuture.failedFuture(failure);
          }
          if (!isNotEmpty(e)) {
            call.warn(source.path(entry) + ": not removed: " + e.getMessage());
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  private static boolean isNotEmpty(IOException failure) {
    return failure instanceof DirectoryNotEmptyException
        || failure instanceof java.nio.file.DirectoryNotEmptyException;
  }
}
