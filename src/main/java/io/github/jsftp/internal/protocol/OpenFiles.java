package io.github.jsftp.internal.protocol;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open files of one call. Safe for use by several threads. */
final class OpenFiles {
  private final Set<FileHandle> open = ConcurrentHashMap.newKeySet();
  private volatile boolean released;

  /** Adds a file. After {@link #release} it is closed at once. */
  FileHandle add(FileHandle handle) {
    open.add(handle);
    if (released) {
      handle.close();
    }
    return handle;
  }

  void remove(FileHandle handle) {
    open.remove(handle);
  }

  /** Closes all files, and from now on each file that is added. */
  void release() {
    released = true;
    List.copyOf(open).forEach(FileHandle::close);
  }
}
