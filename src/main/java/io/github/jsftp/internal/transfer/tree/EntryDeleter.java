package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Deletes entries of a target, what is in a directory before the directory itself. Links are
 * deleted, not followed; what the filter does not accept stays, and so does every directory above
 * it. In a dry run it only counts.
 */
final class EntryDeleter {
  private final TransferCall call;
  private final TreeReport report;
  private final Predicate<String> wanted;
  private final WritableDirectories writableDirectories;

  EntryDeleter(
      TransferCall call,
      TreeReport report,
      Predicate<String> wanted,
      WritableDirectories writableDirectories) {
    this.call = call;
    this.report = report;
    this.wanted = wanted;
    this.writableDirectories = writableDirectories;
  }

  /**
   * Deletes some entries of a directory.
   *
   * @param relative the directory's path below the top
   * @return whether all of them are gone
   */
  CompletableFuture<Boolean> clear(
      TargetDirectory targetDirectory, Set<String> names, String relative) {
    var sweep = new Sweep(targetDirectory, names, relative);
    sweep.pump();
    return sweep.done;
  }

  /**
   * Deletes an entry with all that is in it.
   *
   * @param path its path below the top
   * @return whether it is gone
   */
  CompletableFuture<Boolean> delete(TargetDirectory targetDirectory, String name, String path) {
    CompletableFuture<Boolean> deleted =
        call.then(
            targetDirectory.find(name),
            found -> {
              if (found.isEmpty()) {
                return CompletableFuture.completedFuture(true);
              }
              return found.get().isDirectory()
                  ? directory(targetDirectory, name, found.get(), path)
                  : file(targetDirectory, name, found.get(), path);
            });
    return call.recover(
        deleted,
        failure ->
            report.accepts(path, failure)
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<Boolean> file(
      TargetDirectory targetDirectory, String name, EntryAttributes found, String path) {
    return wanted.test(path)
        ? gone(targetDirectory, name, found, path)
        : CompletableFuture.completedFuture(false);
  }

  private CompletableFuture<Boolean> directory(
      TargetDirectory targetDirectory, String name, EntryAttributes found, String path) {
    return call.then(
        targetDirectory.look(name),
        inside -> {
          if (!inside.found().isComplete()) {
            return CompletableFuture.completedFuture(false);
          }
          // With a filter there are directories only for the sake of files.
          boolean kept = call.options().filter() != null && inside.found().names().isEmpty();
          return call.then(
              clear(inside, inside.found().names(), path),
              cleared ->
                  cleared && !kept
                      ? call.then(
                          gone(targetDirectory, name, found, path), gone -> forgotten(inside))
                      : CompletableFuture.completedFuture(false));
        });
  }

  private CompletableFuture<Boolean> forgotten(TargetDirectory targetDirectory) {
    writableDirectories.forget(targetDirectory);
    return CompletableFuture.completedFuture(true);
  }

  private CompletableFuture<Boolean> gone(
      TargetDirectory targetDirectory, String name, EntryAttributes found, String path) {
    CompletableFuture<Boolean> deleting =
        call.options().dryRun()
            ? CompletableFuture.completedFuture(true)
            : writableDirectories.in(targetDirectory, () -> targetDirectory.delete(name, found));
    return call.then(
        deleting,
        deleted -> {
          if (deleted) {
            report.deleted(path, found.isDirectory());
          }
          return CompletableFuture.completedFuture(true);
        });
  }

  /** Goes through some entries of a directory: many files at a time, one directory at a time. */
  private final class Sweep {
    final TargetDirectory targetDirectory;
    final String relative;
    final ArrayDeque<String> names;
    final CompletableFuture<Boolean> done = new CompletableFuture<>();
    boolean allGone = true;
    boolean isInside;
    int active;

    Sweep(TargetDirectory targetDirectory, Set<String> names, String relative) {
      this.targetDirectory = targetDirectory;
      this.relative = relative;
      this.names = new ArrayDeque<>(List.copyOf(new TreeSet<>(names)));
    }

    void pump() {
      while (!names.isEmpty() && !isInside && active < Math.max(1, call.store().maxInFlight())) {
        begin(names.remove());
      }
      if (names.isEmpty() && active == 0) {
        done.complete(allGone);
      }
    }

    private void begin(String name) {
      var found = targetDirectory.find(name);
      boolean enters =
          !found.isDone() || found.join().filter(EntryAttributes::isDirectory).isPresent();
      isInside = enters;
      active++;
      call.step(
          done,
          delete(targetDirectory, name, relative.isEmpty() ? name : relative + "/" + name),
          UnaryOperator.identity(),
          gone -> {
            active--;
            isInside &= !enters;
            allGone &= gone;
            pump();
          });
    }
  }
}
