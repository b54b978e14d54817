package io.github.jsftp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What became of a tree. Immutable and safe to share between threads. It holds counts, not a list
 * of every file, so that its size does not grow with the tree.
 *
 * @param transferred files and links copied
 * @param skipped files that {@link TransferOptions#existing()} or {@link
 *     TransferOptions#symlinks()} left out, and those that could not be followed, each of which has
 *     a warning
 * @param deleted entries deleted from the target
 * @param failed what could not be copied, sorted by path
 * @param bytes bytes copied
 * @param elapsed how long it took
 * @param warnings what did not work but does not matter to the content, such as a refused chmod or
 *     a link to nowhere; sorted, at most 1,000
 */
public record TreeResult(
    long transferred,
    long skipped,
    long deleted,
    List<Failure> failed,
    long bytes,
    Duration elapsed,
    List<String> warnings) {

  /** Takes copies of the lists. */
  public TreeResult {
    failed = List.copyOf(failed);
    warnings = List.copyOf(warnings);
  }

  /**
   * An entry that could not be copied.
   *
   * @param path its path relative to the top of the tree, with / between names
   * @param cause why
   */
  public record Failure(String path, IOException cause) {}
}
