package io.github.jsftp;

import java.time.Duration;
import java.util.List;

/**
 * What became of one file. Immutable and safe to share between threads.
 *
 * @param source where it came from: the local path or the absolute remote one
 * @param target where it is now: the local path or the absolute remote one
 * @param skipped whether nothing was copied, because of {@link TransferOptions#existing()}
 * @param bytes bytes copied
 * @param attempts how often it was tried, at least 1
 * @param elapsed how long it took
 * @param warnings what did not work but does not matter to the content, such as a refused chmod
 */
public record TransferResult(
    String source,
    String target,
    boolean skipped,
    long bytes,
    int attempts,
    Duration elapsed,
    List<String> warnings) {

  /** Takes a copy of the list. */
  public TransferResult {
    warnings = List.copyOf(warnings);
  }
}
