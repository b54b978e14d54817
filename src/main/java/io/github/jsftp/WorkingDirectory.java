package io.github.jsftp;

/**
 * The scope of a {@link Connection#cd(String) cd}: closing it restores the working directory that
 * was there before. Safe for use by several threads; they share the connection's working directory.
 */
public final class WorkingDirectory implements AutoCloseable {
  private final Runnable restore;
  private boolean closed;

  WorkingDirectory(Runnable restore) {
    this.restore = restore;
  }

  /**
   * Restores the working directory. Sends nothing, throws nothing, and does nothing a second time.
   */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      restore.run();
    }
  }
}
