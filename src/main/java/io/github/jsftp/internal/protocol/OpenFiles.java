package io.github.jsftp.internal.protocol;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The files that one call has open. Safe for use by several threads. */
final class OpenFiles {
  private final Set<FileHandle> open = ConcurrentHashMap.newKeySet();
  private volatile boolean released;

  /** Adds a file, which is closed at once if nobody waits for it any more. */
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

  /** Closes all, and those that come from now on. */
  void release() {
    released = true;
    List.copyOf(open).forEach(FileHandle::close);
  }
}
