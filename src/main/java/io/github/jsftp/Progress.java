package io.github.jsftp;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A snapshot of the progress of a transfer. Immutable and safe to share between threads.
 *
 * <p>Numbers never decrease from one snapshot of a transfer to the next, with two exceptions: those
 * of the current file when another file begins, and {@code totalBytes} when a file needs no
 * copying.
 *
 * @param file the file most recently copied from, as a path relative to the root of a tree; for a
 *     single file, its name
 * @param fileBytes the bytes of that file done so far
 * @param fileSize the size of that file, empty if unknown
 * @param files the number of files finished, including skipped files
 * @param totalFiles the number of all files, empty while the tree is still being listed
 * @param bytes the bytes done so far over all files
 * @param totalBytes the bytes of all files to copy, without files left out; empty while unknown
 * @param resumedBytes the part of {@code bytes} that an earlier transfer had copied and this one
 *     keeps, see {@link TransferOptions.Builder#resume}
 * @param elapsed the time since the transfer began
 * @param done true in the last snapshot
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

  /** Returns the average rate in bytes per second, without resumed bytes; 0 at the very start. */
  public double bytesPerSecond() {
    long nanos = elapsed.toNanos();
    return nanos == 0 ? 0 : (bytes - resumedBytes) * 1e9 / nanos;
  }

  /** Returns the completed fraction, from 0 to 1; empty while the total is unknown. */
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

  /** Returns the remaining time at the average rate; empty while it can't be estimated. */
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
