package io.github.jsftp.internal.remote;

import io.github.jsftp.internal.async.Await;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Logs users' operations, their outcome and their duration. */
public final class OperationLog {
  /** A log that discards all entries. */
  public static final OperationLog DISABLED = new OperationLog(null);

  private final @Nullable Output output;

  /**
   * Creates a log.
   *
   * @param output receives each line, or null to discard all
   */
  public OperationLog(@Nullable Output output) {
    this.output = output;
  }

  /** Where the lines of a log go. */
  public interface Output {
    /** Returns true if lines are written anywhere. */
    boolean isWanted();

    /** Writes a line. */
    void add(String line);
  }

  /** An operation to be logged. */
  @FunctionalInterface
  public interface Operation<T extends @Nullable Object> {
    /** Runs the operation. */
    T run() throws IOException;
  }

  /**
   * Runs the operation, logs its outcome, and returns its result.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted already; the operation is
   *     neither run nor logged then
   */
  public <T extends @Nullable Object> T logged(
      String operation, @Nullable String path, Operation<T> action) throws IOException {
    return logged(operation, () -> path == null ? "" : path, action);
  }

  /** Does the same for a path that may be known only at the end. */
  public <T extends @Nullable Object> T logged(
      String operation, Supplier<String> path, Operation<T> action) throws IOException {
    Await.checkInterrupt();
    if (output == null || !output.isWanted()) {
      return action.run();
    }
    long start = System.nanoTime();
    Throwable failure = null;
    try {
      return action.run();
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      long millis = (System.nanoTime() - start) / 1_000_000;
      String result = failure == null ? "done in" : failure.getClass().getSimpleName() + " after";
      output.add((operation + " " + path.get()).strip() + ": " + result + " " + millis + " ms");
    }
  }
}
