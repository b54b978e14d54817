package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import java.util.function.Consumer;

/**
 * The scope of {@link Connection#cd(String)}. Closing it restores the previous working directory.
 * Safe for use by several threads, which share the working directory of the connection.
 */
public final class WorkingDirectory implements AutoCloseable {
  private final String before;
  private final Consumer<String> restore;
  private boolean closed;

  WorkingDirectory(String before, Consumer<String> restore) {
    this.before = before;
    this.restore = restore;
  }

  /**
   * Restores the previous working directory. Sends no request and throws no exception. Closing a
   * closed scope has no effect.
   */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      restore.accept(before);
    }
  }

  /** Returns the directory to restore, as in "back to /home/me". */
  @Override
  public String toString() {
    return "back to " + Printable.of(before);
  }
}
