package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Deletes entries of a target, the content of a directory before the directory itself. Links are
 * deleted, not followed. Entries that the filter rejects are kept, with all directories above them.
 * A dry run only counts.
 */
final class EntryDeleter {
  private final TransferCall call;
  private final TreeReport report;
  private final Predicate<String> filter;
  private final TemporaryWriteAccess temporaryWriteAccess;

  EntryDeleter(
      TransferCall call,
      TreeReport report,
      Predicate<String> filter,
      TemporaryWriteAccess temporaryWriteAccess) {
    this.call = call;
    this.report = report;
    this.filter = filter;
    this.temporaryWriteAccess = temporaryWriteAccess;
  }

  /**
   * Deletes some entries of a directory.
   *
   * @param relative the path of the directory relative to the root of the tree
   * @return whether all of them are gone
   */
  CompletableFuture<Boolean> deleteAll(
      TargetDirectory directory, Set<String> names, String relative) {
    var deletion = new Deletion(directory, names, relative);
    deletion.pump();
    return deletion.done;
  }

  /**
   * Deletes an entry with its content.
   *
   * @param path its path relative to the root of the tree
   * @return whether it is gone
   */
  CompletableFuture<Boolean> delete(TargetDirectory directory, String name, String path) {
    CompletableFuture<Boolean> deleted =
        call.then(
            directory.find(name),
            found -> {
              if (found.isEmpty()) {
                return CompletableFuture.completedFuture(true);
              }
              return found.get().isDirectory()
                  ? deleteDirectory(directory, name, found.get(), path)
                  : deleteFile(directory, name, found.get(), path);
            });
    return call.recover(
        deleted,
        failure ->
            report.record(path, failure)
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<Boolean> deleteFile(
      TargetDirectory directory, String name, FileAttributes found, String path) {
    return filter.test(path)
        ? deleteEntry(directory, name, found, path)
        : CompletableFuture.completedFuture(false);
  }

  private CompletableFuture<Boolean> deleteDirectory(
      TargetDirectory directory, String name, FileAttributes found, String path) {
    return call.then(
        directory.open(name),
        inside -> {
          if (!inside.entries().isComplete()) {
            return CompletableFuture.completedFuture(false);
          }
          // With a filter, an empty directory is neither copied nor deleted.
          boolean keepsEmpty =
              call.options().filter() != null && inside.entries().names().isEmpty();
          return call.then(
              deleteAll(inside, inside.entries().names(), path),
              cleared ->
                  cleared && !keepsEmpty
                      ? call.then(deleteEntry(directory, name, found, path), gone -> forget(inside))
                      : CompletableFuture.completedFuture(false));
        });
  }

  private CompletableFuture<Boolean> forget(TargetDirectory directory) {
    temporaryWriteAccess.forget(directory);
    return CompletableFuture.completedFuture(true);
  }

  private CompletableFuture<Boolean> deleteEntry(
      TargetDirectory directory, String name, FileAttributes found, String path) {
    CompletableFuture<Boolean> deleting =
        call.options().dryRun()
            ? CompletableFuture.completedFuture(true)
            : temporaryWriteAccess.change(directory, () -> directory.delete(name, found));
    return call.then(
        deleting,
        deleted -> {
          if (deleted) {
            report.deleted(path, found.isDirectory());
          }
          return CompletableFuture.completedFuture(true);
        });
  }

  /**
   * The deletion of some entries of a directory: many files at a time, but one directory at a time.
   */
  private final class Deletion {
    final TargetDirectory directory;
    final String relative;
    final ArrayDeque<String> names;
    final CompletableFuture<Boolean> done = new CompletableFuture<>();
    boolean allGone = true;
    boolean isInDirectory;
    int active;

    Deletion(TargetDirectory directory, Set<String> names, String relative) {
      this.directory = directory;
      this.relative = relative;
      this.names = new ArrayDeque<>(List.copyOf(new TreeSet<>(names)));
    }

    void pump() {
      while (!names.isEmpty()
          && !isInDirectory
          && active < Math.max(1, call.store().maxInFlight())) {
        start(names.remove());
      }
      if (names.isEmpty() && active == 0) {
        done.complete(allGone);
      }
    }

    private void start(String name) {
      var found = directory.find(name);
      boolean mayBeDirectory =
          !found.isDone() || found.join().filter(FileAttributes::isDirectory).isPresent();
      isInDirectory = mayBeDirectory;
      active++;
      call.step(
          done,
          delete(directory, name, relative.isEmpty() ? name : relative + "/" + name),
          UnaryOperator.identity(),
          gone -> {
            active--;
            isInDirectory &= !mayBeDirectory;
            allGone &= gone;
            pump();
          });
    }
  }
}
