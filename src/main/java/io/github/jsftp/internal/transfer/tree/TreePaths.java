package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.path.RemotePath;

/**
 * Where a tree is copied from and to.
 *
 * @param source the top of the source
 * @param target the top of the target
 * @param remote which of the two is the remote one
 */
public record TreePaths(String source, String target, String remote) {

  /** Returns the remote path of an entry. */
  String remote(String relative) {
    return relative.isEmpty() ? remote : RemotePath.child(remote, relative);
  }
}
