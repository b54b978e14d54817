package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.directory.RemoteWalk;
import io.github.jsftp.internal.remote.Facts;
import io.github.jsftp.internal.transfer.context.Call;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Makes the directories of a target, each once and when it is wanted. */
final class CopiedDirectories {
  private final Call call;
  private final Tally tally;
  private final Removal removal;
  private final Unlocking unlocking;
  private final Function<Facts, CompletableFuture<Folder>> top;

  /**
   * Prepares to make directories.
   *
   * @param top makes the top directory, a copy of this
   */
  CopiedDirectories(
      Call call,
      Tally tally,
      Removal removal,
      Unlocking unlocking,
      Function<Facts, CompletableFuture<Folder>> top) {
    this.call = call;
    this.tally = tally;
    this.removal = removal;
    this.unlocking = unlocking;
    this.top = top;
  }

  /** Returns a directory's counterpart, which is made with those above it if need be. */
  CompletableFuture<Folder> made(CopiedDirectory directory) {
    if (directory.made == null) {
      directory.made = make(directory);
    }
    return directory.made;
  }

  /** Returns a directory's counterpart if it is there; only that of the top is made for this. */
  CompletableFuture<Optional<Folder>> existing(CopiedDirectory directory) {
    CopiedDirectory parent = directory.parent;
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
  CompletableFuture<Folder> prepared(
      CopiedDirectory directory, Folder folder, TreeEntry entry, boolean isSecond) {
    String name = entry.name();
    FoundEntries found = folder.found();
    if (found.get(name) != null || !(isSecond || found.hasSimilar(name))) {
      return cleared(directory, folder, entry);
    }
    return call.then(
        folder.ask(name),
        there -> {
          if (there.isPresent() && isSecond) {
            return CompletableFuture.failedFuture(folder.taken(name));
          }
          there.ifPresent(facts -> found.identify(name, facts));
          return cleared(directory, folder, entry);
        });
  }

  private CompletableFuture<Folder> cleared(
      CopiedDirectory directory, Folder folder, TreeEntry entry) {
    if (!call.options().deleteExtraneous()) {
      return CompletableFuture.completedFuture(folder);
    }
    return call.then(
        folder.find(entry.name()),
        found -> {
          if (found.isEmpty() || !isInTheWay(found.get(), entry.kind())) {
            return CompletableFuture.completedFuture(folder);
          }
          directory.isTouched = true;
          return call.then(
              removal.delete(folder, entry.name(), entry.relative()),
              gone -> {
                if (gone) {
                  folder.found().remove(entry.name());
                }
                return CompletableFuture.completedFuture(folder);
              });
        });
  }

  private boolean isInTheWay(Facts found, RemoteWalk.Kind kind) {
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

  private CompletableFuture<Folder> make(CopiedDirectory directory) {
    CopiedDirectory parent = directory.parent;
    CompletableFuture<Folder> making =
        parent == null ? top.apply(directory.entry.facts()) : make(directory, parent);
    CompletableFuture<Folder> noted =
        call.then(
            making,
            folder -> {
              if (folder.facts() == null) {
                tally.made(directory.entry.relative());
                if (parent != null) {
                  parent.isTouched = true;
                }
              }
              return CompletableFuture.completedFuture(folder);
            });
    return call.otherwise(
        noted,
        failure -> {
          if (parent != null && !parent.isDead()) {
            tally.accepts(directory.entry.relative(), failure);
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  private CompletableFuture<Folder> make(CopiedDirectory directory, CopiedDirectory parent) {
    return parent.turns.take(
        directory.entry.name(),
        isSecond ->
            call.then(
                made(parent),
                folder ->
                    call.then(
                        prepared(parent, folder, directory.entry, isSecond),
                        ready -> unlocking.in(ready, () -> enter(ready, directory)))));
  }

  private static CompletableFuture<Folder> enter(Folder above, CopiedDirectory directory) {
    return above.enter(directory.entry.name(), directory.entry.facts());
  }

  private CompletableFuture<Optional<Folder>> look(Folder above, String name) {
    return call.then(
        above.find(name),
        found ->
            found.isPresent() && found.get().isDirectory()
                ? above.look(name).thenApply(Optional::of)
                : CompletableFuture.completedFuture(Optional.empty()));
  }
}
