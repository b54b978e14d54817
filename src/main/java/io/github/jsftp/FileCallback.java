package io.github.jsftp;

import java.io.IOException;

/** A callback of {@link Connection#walkTree}, such as {@code list::add}. */
@FunctionalInterface
public interface FileCallback {
  /**
   * Receives an entry.
   *
   * @throws IOException to end the walk; it is thrown to the caller unchanged
   */
  void accept(FileInfo entry) throws IOException;
}
