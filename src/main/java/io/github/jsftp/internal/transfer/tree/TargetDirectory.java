package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.copy.Target;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A directory to copy into, with its listing. Called on the call's thread only. In a dry run
 * nothing is changed, and a missing directory counts as empty.
 */
public interface TargetDirectory {
  /** The {@link #conflict} of a name that is in use for another entry of the source. */
  String NAME_CONFLICT =
      "the target considers this name equal to that of another entry of the source,"
          + " which was copied first; rename one of them";

  /** The {@link #conflict} of a link where a directory or a file is to be written. */
  String LINK_IN_THE_WAY =
      "is a link in the target of a mirror, which is not followed, and was not deleted";

  /**
   * Opens the subdirectory of this name, or creates it if it is missing.
   *
   * @param source the attributes of the directory to copy
   */
  CompletableFuture<TargetDirectory> openOrCreate(String name, FileAttributes source);

  /** Returns the file of this name, which need not exist. */
  Target file(String name);

  /** Creates a symbolic link; returns false if the options skip it. */
  CompletableFuture<Boolean> createLink(String name, String text);

  /** Applies those attributes of the source directory that the options preserve. */
  CompletableFuture<Void> preserve(FileAttributes source);

  /** Returns the path of the directory. */
  String path();

  /** Returns the attributes of an entry for users. */
  FileInfo info(String name, FileAttributes found);

  /** Returns true if the failure of a change may be caused by the permissions of this directory. */
  boolean isAccessDenied(Throwable failure);

  /** Sets the permission bits of the directory. */
  CompletableFuture<Void> setPermissions(int permissions);

  /**
   * Returns the attributes before the transfer; null if the directory is new or they are unknown.
   */
  @Nullable FileAttributes attributes();

  /** Returns the entries in the listing. */
  TargetEntries entries();

  /** Returns the attributes of an entry in the listing, without following links. */
  CompletableFuture<Optional<FileAttributes>> find(String name);

  /** Queries the file system for the attributes of an entry, without following links. */
  CompletableFuture<Optional<FileAttributes>> query(String name);

  /** Returns the exception for a name that can't be written to. */
  IOException conflict(String name, String problem);

  /** Opens an existing subdirectory. */
  CompletableFuture<TargetDirectory> open(String name);

  /**
   * Deletes a listed entry: an empty directory, a file, or a link itself. Returns false if it no
   * longer exists.
   */
  CompletableFuture<Boolean> delete(String name, FileAttributes found);

  /** Returns the same directory with a listing reduced to these names. */
  TargetDirectory retaining(Set<String> names);
}
