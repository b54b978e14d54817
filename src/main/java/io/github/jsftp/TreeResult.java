package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The result of the transfer of a tree, or of its dry run. Immutable and safe to share between
 * threads. It has counts instead of a list of all files. So its size does not grow with the tree,
 * except for the plan of a dry run.
 */
@SuppressWarnings("serial") // its lists are those of List.copyOf, which are serializable
public final class TreeResult implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long transferred;
  private final long skipped;
  private final long deleted;
  private final long failed;
  private final List<FileOutcome> failures;
  private final long bytes;
  private final int attempts;
  private final long bytesSentAgain;
  private final Duration elapsed;
  private final List<String> warnings;
  private final List<FileOutcome> plan;

  TreeResult(
      long transferred,
      long skipped,
      long deleted,
      long failed,
      List<FileOutcome> failures,
      long bytes,
      int attempts,
      long bytesSentAgain,
      Duration elapsed,
      List<String> warnings,
      List<FileOutcome> plan) {
    this.transferred = transferred;
    this.skipped = skipped;
    this.deleted = deleted;
    this.failed = failed;
    this.failures = List.copyOf(failures);
    this.bytes = bytes;
    this.attempts = attempts;
    this.bytesSentAgain = bytesSentAgain;
    this.elapsed = elapsed;
    this.warnings = List.copyOf(warnings);
    this.plan = List.copyOf(plan);
  }

  /** Returns the number of files and links copied. */
  public long transferred() {
    return transferred;
  }

  /**
   * Returns the number of files left out because of {@link TransferOptions#existing()} or {@link
   * TransferOptions#symlinks()}, or because they can't be copied, which adds a warning.
   */
  public long skipped() {
    return skipped;
  }

  /** Returns the number of entries deleted from the target. */
  public long deleted() {
    return deleted;
  }

  /**
   * Returns the number of entries that could not be copied or deleted; a directory that could not
   * be listed or created counts as one, whatever it contains.
   */
  public long failed() {
    return failed;
  }

  /**
   * Returns the outcomes of the entries that have failed, each with its {@link
   * FileOutcome#failure}; sorted by path, the first 1,000 at most, in an unmodifiable list.
   */
  public List<FileOutcome> failures() {
    return failures;
  }

  /** Returns the number of bytes copied by this call. */
  public long bytes() {
    return bytes;
  }

  /** Returns the number of attempts, at least 1; each lost connection adds one. */
  public int attempts() {
    return attempts;
  }

  /**
   * Returns the number of bytes that were sent again, because they were in flight when the
   * connection was lost, or because they could not be trusted.
   */
  public long bytesSentAgain() {
    return bytesSentAgain;
  }

  /** Returns the duration of the transfer. */
  public Duration elapsed() {
    return elapsed;
  }

  /**
   * Returns problems that do not affect the content, such as a refused chmod or a link to a missing
   * target; sorted, at most 1,000, in an unmodifiable list.
   */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Returns the changes that a dry run found: what would be created, copied, linked and deleted;
   * sorted by path, a directory before its content, whatever the order of copying; in an
   * unmodifiable list; empty for a real transfer.
   */
  public List<FileOutcome> plan() {
    return plan;
  }

  @Override
  public String toString() {
    return Printable.of(
        "TreeResult[transferred="
            + transferred
            + ", skipped="
            + skipped
            + ", deleted="
            + deleted
            + ", failed="
            + failed
            + ", failures="
            + failures
            + ", bytes="
            + bytes
            + ", attempts="
            + attempts
            + ", bytesSentAgain="
            + bytesSentAgain
            + ", elapsed="
            + elapsed
            + ", warnings="
            + warnings
            + ", plan="
            + plan
            + "]");
  }
}
