package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.copy.Target;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A directory to copy into, with what was found in it. Called on the call's thread only. In a dry
 * run nothing is changed, and a directory that would be made is an empty one.
 */
public interface TargetDirectory {
  /** What {@link #taken} says. */
  String TAKEN =
      "the target takes this name for that of another entry of the source, which was copied first;"
          + " rename one of them";

  /**
   * Returns the directory of this name in it, which is made if there is none.
   *
   * @param source what it is a copy of
   */
  CompletableFuture<TargetDirectory> enter(String name, EntryAttributes source);

  /** Returns the file of this name in it, which need not be there. */
  Target file(String name);

  /** Makes a link of this name in it; false if the options leave it out. */
  CompletableFuture<Boolean> link(String name, String text);

  /** Gives the directory what the options want to be kept of its source. */
  CompletableFuture<Void> keep(EntryAttributes source);

  /** Returns its path. */
  String path();

  /** Returns true if a failure is that of a change in it which its mode may not allow. */
  boolean isDenial(Throwable failure);

  /** Sets its permission bits. */
  CompletableFuture<Void> permit(int permissions);

  /** Returns what the directory was when it was found, null if it is new or that is not known. */
  @Nullable EntryAttributes entryAttributes();

  /** Returns the entries that were found in it. */
  TargetEntries found();

  /** Tells what was found under a name, links not followed. */
  CompletableFuture<Optional<EntryAttributes>> find(String name);

  /** Asks the file system what is there under a name, links not followed. */
  CompletableFuture<Optional<EntryAttributes>> ask(String name);

  /** Returns the exception for a name under which there is another entry of the source. */
  IOException taken(String name);

  /** Returns the directory that was found under a name, without making one. */
  CompletableFuture<TargetDirectory> look(String name);

  /**
   * Deletes what was found under a name: an empty directory, a file, or a link itself. False if it
   * was not there any more.
   */
  CompletableFuture<Boolean> delete(String name, EntryAttributes found);

  /** Returns the same directory, as if nothing had been found in it but these. */
  TargetDirectory with(Set<String> names);
}
