package io.github.jsftp;

import java.time.Duration;
import java.util.List;

/**
 * The result of the transfer of one file. Immutable and safe to share between threads.
 *
 * @param source the source: a local path or an absolute remote path
 * @param target the target: a local path or an absolute remote path
 * @param skipped whether the file was left out, because of {@link TransferOptions#existing()}
 * @param bytes the number of bytes copied by this call
 * @param resumedFrom the number of bytes that an earlier call had copied and this one kept; 0 if
 *     the transfer started from the beginning
 * @param attempts the number of attempts, at least 1; each lost connection adds one
 * @param bytesSentAgain the number of bytes that were sent again, because they were in flight when
 *     the connection was lost, or because they could not be trusted
 * @param elapsed the duration of the transfer
 * @param warnings problems that do not affect the content, such as a refused chmod
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

  /** Copies the list. */
  public TransferResult {
    warnings = List.copyOf(warnings);
  }
}
