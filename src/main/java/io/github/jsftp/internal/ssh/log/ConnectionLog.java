package io.github.jsftp.internal.ssh.log;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The log of a connection. Writes to the system logger "io.github.jsftp", and to a file if one is
 * configured. Safe for use by several threads.
 */
public final class ConnectionLog implements OperationLog.Output, AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.github.jsftp");

  private final String peer;
  private final @Nullable BufferedWriter file;
  private final AtomicBoolean closed;

  private ConnectionLog(String peer, @Nullable BufferedWriter file, AtomicBoolean closed) {
    this.peer = peer;
    this.file = file;
    this.closed = closed;
  }

  /**
   * Opens the log.
   *
   * @param path the log file, or null for none
   * @throws IOException if the file can't be written
   */
  public static ConnectionLog open(@Nullable Path path, Failures failures) throws IOException {
    if (path == null) {
      return new ConnectionLog(failures.peer(), null, new AtomicBoolean());
    }
    try {
      return new ConnectionLog(
          failures.peer(),
          Files.newBufferedWriter(
              SshDirectory.expandTilde(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
          new AtomicBoolean());
    } catch (IOException e) {
      String problem = "can't write the log file " + path + " (" + SshDirectory.reason(e) + ")";
      throw new IOException(failures.details("connect", null, problem).message(), e);
    }
  }

  /** Returns the part of this log for another peer, such as a jump host. Closed with this log. */
  public ConnectionLog of(Failures peerFailures) {
    return new ConnectionLog(peerFailures.peer(), file, closed);
  }

  /** Returns true if messages of this level are written anywhere. */
  boolean isLoggable(Level level) {
    return file != null || LOGGER.isLoggable(level);
  }

  /** Returns a log of users' operations that writes here. */
  public OperationLog operations() {
    return new OperationLog(this);
  }

  @Override
  public boolean isWanted() {
    return isLoggable(Level.DEBUG);
  }

  @Override
  public void add(String line) {
    add(Level.DEBUG, line, null);
  }

  /** Logs a message, on one line. Does nothing after close. */
  public void add(Level level, String message, @Nullable Throwable cause) {
    if (closed.get() || !isLoggable(level)) {
      return;
    }
    var text = new StringBuilder(message);
    if (cause != null && !message.contains(String.valueOf(cause.getMessage()))) {
      text.append(": ").append(cause);
    }
    String line = Printable.of(text.toString().strip());
    LOGGER.log(level, peer + " " + line);
    if (file != null) {
      write(file, Instant.now() + " " + level + " " + peer + " " + line);
    }
  }

  private static void write(BufferedWriter file, String line) {
    synchronized (file) {
      try {
        file.write(line);
        file.newLine();
        file.flush();
      } catch (IOException e) {
        // A full disk under the log, or a message during close, must not stop a transfer.
        LOGGER.log(Level.DEBUG, "can't write to the log file", e);
      }
    }
  }

  @Override
  public void close() {
    closed.set(true);
    if (file != null) {
      synchronized (file) {
        try {
          file.close();
        } catch (IOException e) {
          LOGGER.log(Level.DEBUG, "can't close the log file", e);
        }
      }
    }
  }
}
