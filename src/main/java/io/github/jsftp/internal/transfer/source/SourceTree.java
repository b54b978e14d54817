package io.github.jsftp.internal.transfer.source;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.transfer.copy.Source;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A tree to copy from. Called on the call's thread only. */
public interface SourceTree {

  /**
   * Returns the next entry: directories before their content, names in order; empty at the end. A
   * failure takes the place of the entry that it concerns, and the walk can continue after it.
   */
  CompletableFuture<Optional<TreeEntry>> next();

  /** Returns the path of the last failure relative to the root of the tree, empty for the root. */
  String failedAt();

  /** Returns the path of an entry, for warnings. */
  String path(TreeEntry entry);

  /** Returns the attributes of an entry for users. */
  FileInfo info(TreeEntry entry);

  /** Returns the file of an entry. */
  Source file(TreeEntry entry);

  /** Returns the target of a symbolic link. */
  CompletableFuture<String> link(TreeEntry entry);

  /** Removes a symbolic link itself, or an empty directory. */
  CompletableFuture<Void> remove(TreeEntry entry);

  /** Cancels the listings in flight. */
  void close();
}
