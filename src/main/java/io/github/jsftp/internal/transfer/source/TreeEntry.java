package io.github.jsftp.internal.transfer.source;

import io.github.jsftp.internal.directory.TreeWalker;
import io.github.jsftp.internal.remote.FileAttributes;

/**
 * An entry of a tree to copy, in the order of a walk.
 *
 * @param relative the path relative to the root, with / as the separator; empty for the root itself
 * @param kind what the entry is in this walk
 * @param attributes its attributes; for a followed link, those of its target
 * @param depth 0 for the root, 1 for its entries
 * @param isBelowLink whether a name in the path, other than the root, is a link to a directory
 */
public record TreeEntry(
    String relative,
    TreeWalker.Kind kind,
    FileAttributes attributes,
    int depth,
    boolean isBelowLink) {

  /** Returns the last name of the path. */
  public String name() {
    return relative.substring(relative.lastIndexOf('/') + 1);
  }
}
