package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import java.util.function.Consumer;

/**
 * The scope of a {@link Connection#cd(String) cd}: closing it restores the working directory that
 * was there before. Safe for use by several threads; they share the connection's working directory.
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
   * Restores the working directory. Sends nothing, throws nothing, and does nothing a second time.
   */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      restore.accept(before);
    }
  }

  /** Returns the working directory that closing restores, as in "back to /home/me". */
  @Override
  public String toString() {
    return "back to " + Printable.of(before);
  }
}
