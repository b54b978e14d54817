package io.github.jsftp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The result of the transfer of a tree, or of its dry run. Immutable and safe to share between
 * threads. Its size does not grow with the tree, since it has counts instead of a list of all
 * files; only the plan of a dry run does.
 *
 * @param transferred the number of files and links copied
 * @param skipped the number of files left out because of {@link TransferOptions#existing()} or
 *     {@link TransferOptions#symlinks()}, or because they can't be copied, which adds a warning
 * @param deleted the number of entries deleted from the target
 * @param failed the number of entries that could not be copied or deleted; a directory that could
 *     not be listed or created counts as one, whatever it contains
 * @param failures the first 1,000 of those entries at most, sorted by path
 * @param bytes the number of bytes copied by this call
 * @param attempts the number of attempts, at least 1; each lost connection adds one
 * @param bytesSentAgain the number of bytes that were sent again, because they were in flight when
 *     the connection was lost, or because they could not be trusted
 * @param elapsed the duration of the transfer
 * @param warnings problems that do not affect the content, such as a refused chmod or a link to a
 *     missing target; sorted, at most 1,000
 * @param plan the changes that a dry run found, in the order of the tree, one line each, such as
 *     {@code make dir/}, {@code copy dir/a.txt (1,234 bytes)}, {@code link dir/b -> a.txt}, {@code
 *     delete old.txt}; empty for a real transfer
 */
public record TreeResult(
    long transferred,
    long skipped,
    long deleted,
    long failed,
    List<Failure> failures,
    long bytes,
    int attempts,
    long bytesSentAgain,
    Duration elapsed,
    List<String> warnings,
    List<String> plan) {

  /** Copies the lists. */
  public TreeResult {
    failures = List.copyOf(failures);
    warnings = List.copyOf(warnings);
    plan = List.copyOf(plan);
  }

  /**
   * An entry that could not be copied or deleted.
   *
   * @param path the path relative to the root of the tree, with / as the separator
   * @param cause the reason
   */
  public record Failure(String path, IOException cause) {}
}
