package io.github.jsftp.internal.protocol;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The files that one call has open. Safe for use by several threads. */
final class OpenFiles {
  private final Set<Handle> open = ConcurrentHashMap.newKeySet();
  private volatile boolean released;

  /** Adds a file, which is closed at once if nobody waits for it any more. */
  Handle add(Handle handle) {
    open.add(handle);
    if (released) {
      handle.close();
    }
    return handle;
  }

  void remove(Handle handle) {
    open.remove(handle);
  }

  /** Closes all, and those that come from now on. */
  void release() {
    released = true;
    List.copyOf(open).forEach(Handle::close);
  }
}
