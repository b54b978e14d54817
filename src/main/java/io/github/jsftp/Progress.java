package io.github.jsftp;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How far a transfer has come. Numbers never go down from one snapshot to the next of a transfer,
 * save those of the current file when the next file begins, and {@code totalBytes} when a file
 * turns out to need no copying. Immutable and safe to share between threads.
 *
 * @param file the file that moved last, relative to the top of a tree, its name for a single file
 * @param fileBytes bytes of that file done so far
 * @param fileSize its size, empty if it is not known
 * @param files files finished, those skipped included
 * @param totalFiles files to do, empty while the tree is still being listed
 * @param bytes bytes done so far over all files
 * @param totalBytes bytes to do over all files, those of files left out not counted, empty while
 *     they are not known
 * @param resumedBytes those bytes of {@code bytes} that an earlier transfer has left and this one
 *     keeps, as {@link TransferOptions#resume} asks for
 * @param elapsed time since the transfer began
 * @param done whether this is the last snapshot
 */
public record Progress(
    String file,
    long fileBytes,
    OptionalLong fileSize,
    long files,
    OptionalLong totalFiles,
    long bytes,
    OptionalLong totalBytes,
    long resumedBytes,
    Duration elapsed,
    boolean done) {

  /** Returns the average rate of what was moved so far, in bytes a second; 0 at the very start. */
  public double bytesPerSecond() {
    long nanos = elapsed.toNanos();
    return nanos == 0 ? 0 : (bytes - resumedBytes) * 1e9 / nanos;
  }

  /** Returns how much is done, from 0 to 1, empty while the total is not known. */
  public OptionalDouble fraction() {
    if (done) {
      return OptionalDouble.of(1);
    }
    if (totalBytes.isEmpty()) {
      return OptionalDouble.empty();
    }
    long total = totalBytes.getAsLong();
    return OptionalDouble.of(total == 0 ? 0 : Math.min(1, (double) bytes / total));
  }

  /** Returns the time still needed at the average rate, empty while that can't be said. */
  public Optional<Duration> remaining() {
    if (done) {
      return Optional.of(Duration.ZERO);
    }
    double rate = bytesPerSecond();
    if (totalBytes.isEmpty() || rate == 0) {
      return Optional.empty();
    }
    double left = Math.max(0, totalBytes.getAsLong() - bytes);
    return Optional.of(Duration.ofMillis((long) (left / rate * 1000)));
  }
}
