package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.path.RemotePath;
import java.nio.file.Path;

/**
 * The roots of a transfer of a tree.
 *
 * @param source the root of the source
 * @param target the root of the target
 * @param remote the remote one of the two
 * @param localSeparator the separator of local names
 */
public record TreePaths(String source, String target, String remote, String localSeparator) {

  /** Returns the roots of a download. */
  public static TreePaths down(String remote, Path local) {
    String shown = RemotePath.display(remote);
    return new TreePaths(shown, local.toString(), shown, local.getFileSystem().getSeparator());
  }

  /** Returns the roots of an upload. */
  public static TreePaths up(Path local, String remote) {
    String shown = RemotePath.display(remote);
    return new TreePaths(local.toString(), shown, shown, local.getFileSystem().getSeparator());
  }

  /** Returns the remote path of an entry. */
  String remote(String relative) {
    return relative.isEmpty() ? remote : RemotePath.child(remote, relative);
  }

  /** Returns the path of an entry in the source. */
  String source(String relative) {
    return path(source, relative);
  }

  /** Returns the path of an entry in the target. */
  String target(String relative) {
    return path(target, relative);
  }

  private String path(String root, String relative) {
    if (root.equals(remote)) {
      return remote(relative);
    }
    String local = relative.replace("/", localSeparator);
    if (root.isEmpty() || local.isEmpty()) {
      return root + local;
    }
    return root.endsWith(localSeparator) ? root + local : root + localSeparator + local;
  }
}
