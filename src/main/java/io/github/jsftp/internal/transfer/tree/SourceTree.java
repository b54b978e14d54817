package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.transfer.copy.Source;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A tree to be copied. Called on the call's thread only. */
public interface SourceTree {

  /**
   * Returns the next entry, a directory before what is in it, names in order; empty at the end. A
   * failure comes in its place in the order, and one may go on after it.
   */
  CompletableFuture<Optional<TreeEntry>> next();

  /** Returns the path below the top of what the last failure was about, empty for the top. */
  String failedAt();

  /** Returns the path of an entry for warnings. */
  String path(TreeEntry entry);

  /** Returns the file that an entry tells of. */
  Source file(TreeEntry entry);

  /** Returns the text of the link that an entry tells of. */
  CompletableFuture<String> link(TreeEntry entry);

  /** Stops looking ahead. */
  void close();
}
