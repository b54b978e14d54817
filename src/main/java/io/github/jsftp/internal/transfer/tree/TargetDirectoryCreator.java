package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.directory.TreeWalker;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.OutcomeQueue.Slot;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Creates the directories of a target on demand, each of them once. */
final class TargetDirectoryCreator {
  private final TransferCall call;
  private final TreeReport report;
  private final EntryDeleter entryDeleter;
  private final TemporaryWriteAccess temporaryWriteAccess;
  private final DeferredDirectoryAttributes deferredAttributes;
  private final Function<FileAttributes, CompletableFuture<TargetDirectory>> top;

  /**
   * Creates an empty set of directories.
   *
   * @param top opens or creates the root, as a copy of the given directory
   */
  TargetDirectoryCreator(
      TransferCall call,
      TreeReport report,
      EntryDeleter entryDeleter,
      TemporaryWriteAccess temporaryWriteAccess,
      DeferredDirectoryAttributes deferredAttributes,
      Function<FileAttributes, CompletableFuture<TargetDirectory>> top) {
    this.call = call;
    this.report = report;
    this.entryDeleter = entryDeleter;
    this.temporaryWriteAccess = temporaryWriteAccess;
    this.deferredAttributes = deferredAttributes;
    this.top = top;
  }

  /**
   * Returns the target of a directory; creates it and its parents if they are missing.
   *
   * @param slot receives the outcomes of what is created
   */
  CompletableFuture<TargetDirectory> getOrCreate(DirectoryPair directory, Slot slot) {
    if (directory.target == null) {
      directory.target = create(directory, slot);
      deferredAttributes.add(directory);
    }
    return directory.target;
  }

  /** Returns the target of a directory if it exists. Only the root is created for that. */
  CompletableFuture<Optional<TargetDirectory>> existing(DirectoryPair directory, Slot slot) {
    DirectoryPair parent = directory.parent;
    if (directory.target != null || parent == null) {
      return getOrCreate(directory, slot).thenApply(Optional::of);
    }
    if (directory.existingTarget == null) {
      directory.existingTarget =
          call.then(
              existing(parent, slot),
              above ->
                  above.isPresent()
                      ? open(above.get(), directory.entry.name())
                      : CompletableFuture.completedFuture(Optional.empty()));
    }
    return directory.existingTarget;
  }

  /**
   * Prepares a target directory for an entry: finds the existing entry of that name, and deletes it
   * if its type is an obstacle and the options allow that.
   *
   * @param isSecond whether an entry with a similar name may have been copied before
   */
  CompletableFuture<TargetDirectory> prepare(
      DirectoryPair directory,
      TargetDirectory target,
      TreeEntry entry,
      boolean isSecond,
      Slot slot) {
    String name = entry.name();
    TargetEntries entries = target.entries();
    if (entries.get(name) != null || !(isSecond || entries.hasSimilar(name))) {
      return clearObstacle(directory, target, entry, slot);
    }
    return call.then(
        target.query(name),
        there -> {
          if (there.isPresent() && isSecond) {
            return CompletableFuture.failedFuture(
                target.conflict(name, TargetDirectory.NAME_CONFLICT));
          }
          there.ifPresent(attributes -> entries.replaceSimilar(name, attributes));
          return clearObstacle(directory, target, entry, slot);
        });
  }

  private CompletableFuture<TargetDirectory> clearObstacle(
      DirectoryPair directory, TargetDirectory target, TreeEntry entry, Slot slot) {
    if (!call.options().deleteExtraneous()) {
      return CompletableFuture.completedFuture(target);
    }
    return call.then(
        target.find(entry.name()),
        found -> {
          if (found.isEmpty() || !isObstacle(found.get(), entry.kind())) {
            return CompletableFuture.completedFuture(target);
          }
          directory.isTargetChanged = true;
          return call.then(
              entryDeleter.delete(target, entry.name(), entry.relative(), slot),
              gone -> {
                if (gone) {
                  target.entries().remove(entry.name());
                } else if (found.get().isLink()) {
                  return CompletableFuture.failedFuture(
                      target.conflict(entry.name(), TargetDirectory.LINK_IN_THE_WAY));
                }
                return CompletableFuture.completedFuture(target);
              });
        });
  }

  private boolean isObstacle(FileAttributes found, TreeWalker.Kind kind) {
    return switch (kind) {
      case DIRECTORY -> !found.isDirectory();
      case LINK -> found.isDirectory();
      default ->
          switch (found.type()) {
            case FILE -> false;
            case LINK -> !call.options().atomic(); // otherwise the rename replaces it
            case DIRECTORY, OTHER -> true;
          };
    };
  }

  private CompletableFuture<TargetDirectory> create(DirectoryPair directory, Slot slot) {
    DirectoryPair parent = directory.parent;
    CompletableFuture<TargetDirectory> creating =
        parent == null ? top.apply(directory.entry.attributes()) : create(directory, parent, slot);
    CompletableFuture<TargetDirectory> recorded =
        call.then(
            creating,
            target -> {
              if (target.attributes() == null) {
                report.created(slot, directory.entry);
                if (parent != null) {
                  parent.isTargetChanged = true;
                }
              }
              return CompletableFuture.completedFuture(target);
            });
    return call.recover(
        recorded,
        failure -> {
          if (parent != null && !parent.isFailed()) {
            report.record(slot, directory.entry.relative(), directory.entry, failure);
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  private CompletableFuture<TargetDirectory> create(
      DirectoryPair directory, DirectoryPair parent, Slot slot) {
    return parent.similarNameQueue.submit(
        directory.entry.name(),
        isSecond ->
            call.then(
                getOrCreate(parent, slot),
                target ->
                    call.then(
                        prepare(parent, target, directory.entry, isSecond, slot),
                        ready ->
                            temporaryWriteAccess.change(
                                ready, () -> openOrCreate(ready, directory)))));
  }

  private static CompletableFuture<TargetDirectory> openOrCreate(
      TargetDirectory above, DirectoryPair directory) {
    return above.openOrCreate(directory.entry.name(), directory.entry.attributes());
  }

  private CompletableFuture<Optional<TargetDirectory>> open(TargetDirectory above, String name) {
    return call.then(
        above.find(name),
        found ->
            found.isPresent() && found.get().isDirectory()
                ? above.open(name).thenApply(Optional::of)
                : CompletableFuture.completedFuture(Optional.empty()));
  }
}
