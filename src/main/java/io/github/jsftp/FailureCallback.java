package io.github.jsftp;

import java.io.IOException;

/**
 * A callback of {@link Connection#walkTree(String, FileCallback, FileCallback, FileCallback,
 * FailureCallback)} for entries that can't be read.
 */
@FunctionalInterface
public interface FailureCallback {
  /**
   * Receives a failure. After that the walk continues with the next entry.
   *
   * @param path the directory that can't be listed, or the entry whose attributes can't be read
   * @throws IOException to end the walk, for example {@code failure} itself
   */
  void accept(String path, SftpException failure) throws IOException;
}
