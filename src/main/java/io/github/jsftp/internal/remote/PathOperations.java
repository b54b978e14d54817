package io.github.jsftp.internal.remote;

import io.github.jsftp.StatVfs;
import java.io.IOException;

/**
 * Operations on single paths, each one request. The operation is the user's, for messages. Safe for
 * use by several threads.
 */
public interface PathOperations extends AttributeRequests, AutoCloseable {

  /** Returns the target of a symbolic link, as stored in it. */
  String readlink(String operation, String path) throws IOException;

  /** Returns the server's canonical form of a path. */
  String realpath(String operation, String path) throws IOException;

  /** Creates a directory. */
  void mkdir(String operation, String path) throws IOException;

  /** Removes an empty directory. */
  void rmdir(String operation, String path) throws IOException;

  /** Removes a file or a link. */
  void remove(String operation, String path) throws IOException;

  /**
   * Creates a symbolic link.
   *
   * @param target the path stored in the link, absolute or relative
   * @param link the path of the link
   */
  void symlink(String operation, String target, String link) throws IOException;

  /** Creates a hard link. */
  void hardlink(String operation, String existing, String link) throws IOException;

  /** Returns information about the file system that contains a path. */
  StatVfs statvfs(String operation, String path) throws IOException;

  /** Ends all waiting. */
  @Override
  void close();
}
