package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.OutcomeQueue.Slot;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Deletes entries of a target, the content of a directory before the directory itself. Links are
 * deleted, not followed. Files that are not selected are kept, with all directories above them. A
 * dry run only counts.
 */
final class EntryDeleter {
  private final TransferCall call;
  private final TreeReport report;
  private final FileSelection selection;
  private final TemporaryWriteAccess temporaryWriteAccess;

  EntryDeleter(
      TransferCall call,
      TreeReport report,
      FileSelection selection,
      TemporaryWriteAccess temporaryWriteAccess) {
    this.call = call;
    this.report = report;
    this.selection = selection;
    this.temporaryWriteAccess = temporaryWriteAccess;
  }

  /**
   * Deletes some entries of a directory.
   *
   * @param relative the path of the directory relative to the root of the tree
   * @param slot gets a slot for each entry
   * @return whether all of them are gone
   */
  CompletableFuture<Boolean> deleteAll(
      TargetDirectory directory, Set<String> names, String relative, Slot slot) {
    var deletion = new Deletion(directory, names, relative, slot);
    deletion.pump();
    return deletion.done;
  }

  /**
   * Deletes an entry with its content.
   *
   * @param path its path relative to the root of the tree
   * @param slot gets the outcomes
   * @return whether it is gone
   */
  CompletableFuture<Boolean> delete(
      TargetDirectory directory, String name, String path, Slot slot) {
    Slot own = slot.open();
    CompletableFuture<Boolean> deleted =
        call.then(
            directory.find(name),
            found -> {
              if (found.isEmpty()) {
                return CompletableFuture.completedFuture(true);
              }
              if (!found.get().isDirectory()) {
                return deleteFile(directory, name, found.get(), path, own);
              }
              own.close(); // what is inside comes first
              return deleteDirectory(directory, name, found.get(), path, slot);
            });
    CompletableFuture<Boolean> recorded =
        call.recover(
            deleted,
            failure ->
                report.record(own.isClosed() ? slot : own, path, null, failure)
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(failure));
    return call.then(
        recorded,
        gone -> {
          own.close();
          return CompletableFuture.completedFuture(gone);
        });
  }

  private CompletableFuture<Boolean> deleteFile(
      TargetDirectory directory, String name, FileAttributes found, String path, Slot slot) {
    return selection.accepts(path, () -> directory.info(name, found))
        ? deleteEntry(directory, name, found, path, slot)
        : CompletableFuture.completedFuture(false);
  }

  private CompletableFuture<Boolean> deleteDirectory(
      TargetDirectory directory, String name, FileAttributes found, String path, Slot slot) {
    return call.then(
        directory.open(name),
        inside -> {
          if (!inside.entries().isComplete()) {
            return CompletableFuture.completedFuture(false);
          }
          // With a selection, an empty directory is neither copied nor deleted.
          boolean keepsEmpty = selection.isPartial() && inside.entries().names().isEmpty();
          return call.then(
              deleteAll(inside, inside.entries().names(), path, slot),
              cleared ->
                  cleared && !keepsEmpty
                      ? call.then(
                          deleteEntry(directory, name, found, path, slot), gone -> forget(inside))
                      : CompletableFuture.completedFuture(false));
        });
  }

  private CompletableFuture<Boolean> forget(TargetDirectory directory) {
    temporaryWriteAccess.forget(directory);
    return CompletableFuture.completedFuture(true);
  }

  private CompletableFuture<Boolean> deleteEntry(
      TargetDirectory directory, String name, FileAttributes found, String path, Slot slot) {
    CompletableFuture<Boolean> deleting =
        call.options().dryRun()
            ? CompletableFuture.completedFuture(true)
            : temporaryWriteAccess.change(directory, () -> directory.delete(name, found));
    return call.then(
        deleting,
        deleted -> {
          if (deleted) {
            report.deleted(slot, path, () -> directory.info(name, found));
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
    final Slot slot;
    boolean isWaiting;
    int active;

    Deletion(TargetDirectory directory, Set<String> names, String relative, Slot slot) {
      this.directory = directory;
      this.relative = relative;
      this.slot = slot;
      this.names = new ArrayDeque<>(List.copyOf(new TreeSet<>(names)));
    }

    void pump() {
      while (!names.isEmpty()
          && !isInDirectory
          && active < Math.max(1, call.store().maxInFlight())
          && (call.outcomes().hasRoom() || slot.isNext())) {
        start(names.remove());
      }
      if (!names.isEmpty() && !isWaiting && !call.outcomes().hasRoom()) {
        isWaiting = true;
        call.outcomes().afterDelivery(this::pumpAgain);
      }
      if (names.isEmpty() && active == 0) {
        done.complete(allGone);
      }
    }

    private void pumpAgain() {
      isWaiting = false;
      pump();
    }

    private void start(String name) {
      var found = directory.find(name);
      boolean mayBeDirectory =
          !found.isDone() || found.join().filter(FileAttributes::isDirectory).isPresent();
      isInDirectory = mayBeDirectory;
      active++;
      call.step(
          done,
          delete(directory, name, relative.isEmpty() ? name : relative + "/" + name, slot),
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
