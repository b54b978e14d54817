package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.path.RemotePath;
import java.nio.file.Path;
import java.util.Map;

/**
 * The roots of a transfer of a tree.
 *
 * @param source the root of the source
 * @param target the root of the target
 * @param remote the remote one of the two
 * @param localSeparator the separator of the names on the other side, empty if it has none
 * @param remoteSources the paths of remote entries that need not be below the root of the source
 * @param localSources the paths of local entries that need not be below the root of the source
 */
public record TreePaths(
    String source,
    String target,
    String remote,
    String localSeparator,
    Map<String, String> remoteSources,
    Map<String, Path> localSources) {

  /** Creates the roots of a tree, whose entries are all below them. */
  public TreePaths(String source, String target, String remote, String localSeparator) {
    this(source, target, remote, localSeparator, Map.of(), Map.of());
  }

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

  /**
   * Returns these roots for a download of single files.
   *
   * @param files the paths of the files by their names in the target
   */
  public TreePaths withRemoteSources(Map<String, String> files) {
    return new TreePaths(source, target, remote, localSeparator, files, localSources);
  }

  /**
   * Returns these roots for an upload of single files.
   *
   * @param files the paths of the files by their names in the target
   */
  public TreePaths withLocalSources(Map<String, Path> files) {
    return new TreePaths(source, target, remote, localSeparator, remoteSources, files);
  }

  /** Returns the roots of a copy from one server to another. */
  public static TreePaths between(String source, String target) {
    String shown = RemotePath.display(source);
    return new TreePaths(shown, RemotePath.display(target), shown, "/");
  }

  /** Returns the roots of a tree that is read as streams, without a target. */
  public static TreePaths streams(String source) {
    String shown = RemotePath.display(source);
    return new TreePaths(shown, "(stream)", shown, "");
  }

  /** Returns the remote path of an entry. */
  String remote(String relative) {
    String listed = remoteSources.get(relative);
    return listed != null ? listed : below(relative);
  }

  private String below(String relative) {
    return relative.isEmpty() ? remote : RemotePath.child(remote, relative);
  }

  /** Returns the path of an entry in the source. */
  String source(String relative) {
    Path listed = localSources.get(relative);
    return listed != null ? listed.toString() : path(source, relative);
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
    if (localSeparator.isEmpty()) {
      return root;
    } else if (root.isEmpty() || local.isEmpty()) {
      return root + local;
    }
    return root.endsWith(localSeparator) ? root + local : root + localSeparator + local;
  }
}
