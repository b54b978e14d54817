package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A snapshot of the progress of a transfer. Immutable and safe to share between threads.
 *
 * <p>Numbers never decrease from one snapshot of a transfer to the next, with two exceptions. Those
 * of the current file decrease when another file begins, and {@code totalBytes} when a file needs
 * no copying.
 */
public final class Progress {
  private final String file;
  private final long fileBytes;
  private final OptionalLong fileSize;
  private final long files;
  private final OptionalLong totalFiles;
  private final long bytes;
  private final OptionalLong totalBytes;
  private final long resumedBytes;
  private final Duration elapsed;
  private final boolean done;

  Progress(
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
    this.file = file;
    this.fileBytes = fileBytes;
    this.fileSize = fileSize;
    this.files = files;
    this.totalFiles = totalFiles;
    this.bytes = bytes;
    this.totalBytes = totalBytes;
    this.resumedBytes = resumedBytes;
    this.elapsed = elapsed;
    this.done = done;
  }

  /**
   * Returns the file most recently copied from, as a path relative to the root of a tree; for a
   * single file, its name.
   */
  public String file() {
    return file;
  }

  /** Returns the bytes of that file done so far. */
  public long fileBytes() {
    return fileBytes;
  }

  /** Returns the size of that file, empty if unknown. */
  public OptionalLong fileSize() {
    return fileSize;
  }

  /** Returns the number of files finished, including skipped files. */
  public long files() {
    return files;
  }

  /** Returns the number of all files, empty while the tree is still being listed. */
  public OptionalLong totalFiles() {
    return totalFiles;
  }

  /** Returns the bytes done so far over all files. */
  public long bytes() {
    return bytes;
  }

  /** Returns the bytes of all files to copy, without files left out; empty while unknown. */
  public OptionalLong totalBytes() {
    return totalBytes;
  }

  /**
   * Returns the part of {@code bytes} that an earlier transfer had copied and this one keeps, see
   * {@link TransferOptions.Builder#resume}.
   */
  public long resumedBytes() {
    return resumedBytes;
  }

  /** Returns the time since the transfer began. */
  public Duration elapsed() {
    return elapsed;
  }

  /** Returns true in the last snapshot. */
  public boolean done() {
    return done;
  }

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

  @Override
  public String toString() {
    return Printable.of(
        "Progress[file="
            + file
            + ", fileBytes="
            + fileBytes
            + ", fileSize="
            + fileSize
            + ", files="
            + files
            + ", totalFiles="
            + totalFiles
            + ", bytes="
            + bytes
            + ", totalBytes="
            + totalBytes
            + ", resumedBytes="
            + resumedBytes
            + ", elapsed="
            + elapsed
            + ", done="
            + done
            + "]");
  }
}
