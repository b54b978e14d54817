package io.github.jsftp.internal.remote;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Notes what users have asked for, how it ended, and how long it took. */
public final class OperationLog {
  /** Notes nothing. */
  public static final OperationLog DISABLED = new OperationLog(line -> {});

  private final Consumer<Supplier<String>> log;

  /**
   * Notes operations.
   *
   * @param log takes a line for each, made only when it is wanted
   */
  public OperationLog(Consumer<Supplier<String>> log) {
    this.log = log;
  }

  /** What is to be done. */
  @FunctionalInterface
  public interface Operation<T extends @Nullable Object> {
    /** Does it. */
    T run() throws IOException;
  }

  /** Returns what the work returns, and notes its end. */
  public <T extends @Nullable Object> T logged(
      String operation, @Nullable String path, Operation<T> action) throws IOException {
    return logged(operation, () -> path == null ? "" : path, action);
  }

  /** Does the same where the path may be known only at the end. */
  public <T extends @Nullable Object> T logged(
      String operation, Supplier<String> path, Operation<T> action) throws IOException {
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
      log.accept(
          () -> (operation + " " + path.get()).strip() + ": " + result + " " + millis + " ms");
    }
  }
}
