package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.path.RemotePath;

/**
 * The roots of a transfer of a tree.
 *
 * @param source the root of the source
 * @param target the root of the target
 * @param remote the remote one of the two
 */
public record TreePaths(String source, String target, String remote) {

  /** Returns the remote path of an entry. */
  String remote(String relative) {
    return relative.isEmpty() ? remote : RemotePath.child(remote, relative);
  }
}
