package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.directory.DirectoryWalker;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Makes the directories of a target, each once and when it is wanted. */
final class DirectoryPairs {
  private final TransferCall call;
  private final TreeReport report;
  private final EntryDeleter entryDeleter;
  private final WritableDirectories writableDirectories;
  private final Function<EntryAttributes, CompletableFuture<TargetDirectory>> top;

  /**
   * Prepares to make directories.
   *
   * @param top makes the top directory, a copy of this
   */
  DirectoryPairs(
      TransferCall call,
      TreeReport report,
      EntryDeleter entryDeleter,
      WritableDirectories writableDirectories,
      Function<EntryAttributes, CompletableFuture<TargetDirectory>> top) {
    this.call = call;
    this.report = report;
    this.entryDeleter = entryDeleter;
    this.writableDirectories = writableDirectories;
    this.top = top;
  }

  /** Returns a directory's counterpart, which is made with those above it if need be. */
  CompletableFuture<TargetDirectory> made(DirectoryPair directory) {
    if (directory.made == null) {
      directory.made = make(directory);
    }
    return directory.made;
  }

  /** Returns a directory's counterpart if it is there; only that of the top is made for this. */
  CompletableFuture<Optional<TargetDirectory>> existing(DirectoryPair directory) {
    DirectoryPair parent = directory.parent;
    if (directory.made != null || parent == null) {
      return made(directory).thenApply(Optional::of);
    }
    if (directory.looked == null) {
      directory.looked =
          call.then(
              existing(parent),
              above ->
                  above.isPresent()
                      ? look(above.get(), directory.entry.name())
                      : CompletableFuture.completedFuture(Optional.empty()));
    }
    return directory.looked;
  }

  /**
   * Returns the counterpart of an entry's directory, in which it is known what the entry replaces.
   * Nothing of the wrong kind is in its way, as far as the options allow that to be deleted.
   *
   * @param isSecond whether an entry with a similar name may have been copied before
   */
  CompletableFuture<TargetDirectory> prepared(
      DirectoryPair directory, TargetDirectory targetDirectory, TreeEntry entry, boolean isSecond) {
    String name = entry.name();
    TargetEntries found = targetDirectory.found();
    if (found.get(name) != null || !(isSecond || found.hasSimilar(name))) {
      return cleared(directory, targetDirectory, entry);
    }
    return call.then(
        targetDirectory.ask(name),
        there -> {
          if (there.isPresent() && isSecond) {
            return CompletableFuture.failedFuture(targetDirectory.taken(name));
          }
          there.ifPresent(entryAttributes -> found.identify(name, entryAttributes));
          return cleared(directory, targetDirectory, entry);
        });
  }

  private CompletableFuture<TargetDirectory> cleared(
      DirectoryPair directory, TargetDirectory targetDirectory, TreeEntry entry) {
    if (!call.options().deleteExtraneous()) {
      return CompletableFuture.completedFuture(targetDirectory);
    }
    return call.then(
        targetDirectory.find(entry.name()),
        found -> {
          if (found.isEmpty() || !isInTheWay(found.get(), entry.kind())) {
            return CompletableFuture.completedFuture(targetDirectory);
          }
          directory.isTouched = true;
          return call.then(
              entryDeleter.delete(targetDirectory, entry.name(), entry.relative()),
              gone -> {
                if (gone) {
                  targetDirectory.found().remove(entry.name());
                }
                return CompletableFuture.completedFuture(targetDirectory);
              });
        });
  }

  private boolean isInTheWay(EntryAttributes found, DirectoryWalker.Kind kind) {
    return switch (kind) {
      case DIRECTORY -> !found.isDirectory();
      case LINK -> found.isDirectory();
      default ->
          switch (found.type()) {
            case FILE -> false;
            case LINK -> !call.options().atomic(); // else the file is renamed over it
            case DIRECTORY, OTHER -> true;
          };
    };
  }

  private CompletableFuture<TargetDirectory> make(DirectoryPair directory) {
    DirectoryPair parent = directory.parent;
    CompletableFuture<TargetDirectory> making =
        parent == null ? top.apply(directory.entry.entryAttributes()) : make(directory, parent);
    CompletableFuture<TargetDirectory> noted =
        call.then(
            making,
            targetDirectory -> {
              if (targetDirectory.entryAttributes() == null) {
                report.made(directory.entry.relative());
                if (parent != null) {
                  parent.isTouched = true;
                }
              }
              return CompletableFuture.completedFuture(targetDirectory);
            });
    return call.recover(
        noted,
        failure -> {
          if (parent != null && !parent.isDead()) {
            report.accepts(directory.entry.relative(), failure);
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  private CompletableFuture<TargetDirectory> make(DirectoryPair directory, DirectoryPair parent) {
    return parent.similarNameQueue.take(
        directory.entry.name(),
        isSecond ->
            call.then(
                made(parent),
                targetDirectory ->
                    call.then(
                        prepared(parent, targetDirectory, directory.entry, isSecond),
                        ready -> writableDirectories.in(ready, () -> enter(ready, directory)))));
  }

  private static CompletableFuture<TargetDirectory> enter(
      TargetDirectory above, DirectoryPair directory) {
    return above.enter(directory.entry.name(), directory.entry.entryAttributes());
  }

  private CompletableFuture<Optional<TargetDirectory>> look(TargetDirectory above, String name) {
    return call.then(
        above.find(name),
        found ->
            found.isPresent() && found.get().isDirectory()
                ? above.look(name).thenApply(Optional::of)
                : CompletableFuture.completedFuture(Optional.empty()));
  }
}
