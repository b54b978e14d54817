package io.github.jsftp;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The result of a call with many remote paths, such as {@link Connection#removeAll
 * Connection.removeAll}. Immutable and safe to share between threads. The lists are unmodifiable.
 */
@SuppressWarnings("serial") // its list is that of List.copyOf, which is serializable
public final class BulkResult implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<FileOutcome> outcomes;
  private final int attempts;
  private final Duration elapsed;

  BulkResult(List<FileOutcome> outcomes, int attempts, Duration elapsed) {
    this.outcomes = List.copyOf(outcomes);
    this.attempts = attempts;
    this.elapsed = elapsed;
  }

  /** Returns the outcome for each path, in the order in which the paths were given. */
  public List<FileOutcome> outcomes() {
    return outcomes;
  }

  /** Returns the outcomes of the paths that failed, in the order given. */
  public List<FileOutcome> failures() {
    return outcomes.stream().filter(BulkResult::isFailed).toList();
  }

  private static boolean isFailed(FileOutcome outcome) {
    return outcome.kind() == FileOutcome.Kind.FAILED;
  }

  private static boolean isSkipped(FileOutcome outcome) {
    return outcome.kind() == FileOutcome.Kind.SKIPPED;
  }

  /** Returns the number of paths for which the operation succeeded. */
  public long succeeded() {
    return outcomes.size() - failed() - skipped();
  }

  /** Returns the number of paths that failed. */
  public long failed() {
    return outcomes.stream().filter(BulkResult::isFailed).count();
  }

  /** Returns the number of paths that were not tried, because the call had already ended. */
  public long skipped() {
    return outcomes.stream().filter(BulkResult::isSkipped).count();
  }

  /** Returns the number of attempts, at least 1; each lost connection adds one. */
  public int attempts() {
    return attempts;
  }

  /** Returns the duration of the call. */
  public Duration elapsed() {
    return elapsed;
  }

  /** Returns the counts, as in "998 succeeded, 2 failed, 0 skipped". */
  @Override
  public String toString() {
    return succeeded() + " succeeded, " + failed() + " failed, " + skipped() + " skipped";
  }
}
