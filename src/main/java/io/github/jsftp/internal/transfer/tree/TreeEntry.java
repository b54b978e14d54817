package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.directory.DirectoryWalker;
import io.github.jsftp.internal.remote.EntryAttributes;

/**
 * An entry of a tree to be copied, in the order of a walk.
 *
 * @param relative its path below the top with / between names, empty for the top itself
 * @param kind what to do with it
 * @param entryAttributes what it is, a followed link its target
 * @param depth 0 for the top, 1 for what is directly in it
 */
record TreeEntry(
    String relative, DirectoryWalker.Kind kind, EntryAttributes entryAttributes, int depth) {

  /** Returns the last name of the path. */
  String name() {
    return relative.substring(relative.lastIndexOf('/') + 1);
  }
}
