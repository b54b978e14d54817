package io.github.jsftp;

import java.io.IOException;

/**
 * What {@link Connection#walkTree(String, FileCallback, FileCallback, FileCallback,
 * FailureCallback)} calls for what it can't read.
 */
@FunctionalInterface
public interface FailureCallback {
  /**
   * Takes one failure; the walk continues with what comes next.
   *
   * @param path the directory that can't be listed, or the entry that can't be looked at
   * @throws IOException to end the walk, such as the failure itself
   */
  void accept(String path, SftpException failure) throws IOException;
}
