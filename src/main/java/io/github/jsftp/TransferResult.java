package io.github.jsftp;

import java.time.Duration;
import java.util.List;

/**
 * What became of one file. Immutable and safe to share between threads.
 *
 * @param source where it came from: the local path or the absolute remote one
 * @param target where it is now: the local path or the absolute remote one
 * @param skipped whether nothing was copied, because of {@link TransferOptions#existing()}
 * @param bytes bytes copied by this call
 * @param resumedFrom how many bytes were there already, left by an earlier call, and were kept; 0
 *     if it began from the start
 * @param attempts how often it was tried, at least 1; each lost connection makes it one more
 * @param bytesSentAgain bytes that had to cross the line once more, because they were on their way
 *     when the connection was lost or could not be relied on
 * @param elapsed how long it took
 * @param warnings what did not work but does not matter to the content, such as a refused chmod
 */
public record TransferResult(
    String source,
    String target,
    boolean skipped,
    long bytes,
    long resumedFrom,
    int attempts,
    long bytesSentAgain,
    Duration elapsed,
    List<String> warnings) {

  /** Takes a copy of the list. */
  public TransferResult {
    warnings = List.copyOf(warnings);
  }
}
