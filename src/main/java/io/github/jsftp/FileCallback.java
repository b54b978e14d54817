package io.github.jsftp;

import java.io.IOException;

/** What {@link Connection#walkTree} calls for an entry; {@code list::add} is one. */
@FunctionalInterface
public interface FileCallback {
  /**
   * Takes one entry.
   *
   * @throws IOException to end the walk: it reaches the caller as it is
   */
  void accept(FileInfo entry) throws IOException;
}
