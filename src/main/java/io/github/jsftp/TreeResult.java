package io.github.jsftp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What became of a tree, or would become of it. Immutable and safe to share between threads. It
 * holds counts, not a list of every file, so that its size does not grow with the tree; only that
 * of a dry run does.
 *
 * @param transferred files and links copied
 * @param skipped files that {@link TransferOptions#existing()} or {@link
 *     TransferOptions#symlinks()} left out, and those that could not be followed, each of which has
 *     a warning
 * @param deleted entries deleted from the target
 * @param failedCount entries that could not be copied or deleted; a directory that could not be
 *     listed or made is one, whatever is below
 * @param failed those entries, sorted by path, at most the first 1,000
 * @param bytes bytes copied by this call
 * @param attempts how often it was tried, at least 1; each lost connection makes it one more
 * @param bytesSentAgain bytes that had to cross the line once more, because they were on their way
 *     when the connection was lost or could not be relied on
 * @param elapsed how long it took
 * @param warnings what did not work but does not matter to the content, such as a refused chmod or
 *     a link to nowhere; sorted, at most 1,000
 * @param plan what a dry run would do, in the order of the tree, a line for each change, such as
 *     {@code make dir/}, {@code copy dir/a.txt (1,234 bytes)}, {@code link dir/b -> a.txt}, {@code
 *     delete old.txt}; empty for what was really done
 */
public record TreeResult(
    long transferred,
    long skipped,
    long deleted,
    long failedCount,
    List<Failure> failed,
    long bytes,
    int attempts,
    long bytesSentAgain,
    Duration elapsed,
    List<String> warnings,
    List<String> plan) {

  /** Takes copies of the lists. */
  public TreeResult {
    failed = List.copyOf(failed);
    warnings = List.copyOf(warnings);
    plan = List.copyOf(plan);
  }

  /**
   * An entry that could not be copied or deleted.
   *
   * @param path its path relative to the top of the tree, with / between names
   * @param cause why
   */
  public record Failure(String path, IOException cause) {}
}
