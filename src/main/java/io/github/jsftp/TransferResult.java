package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import java.time.Duration;
import java.util.List;

/** The result of the transfer of one file. Immutable and safe to share between threads. */
public final class TransferResult {
  private final String source;
  private final String target;
  private final boolean skipped;
  private final long bytes;
  private final long resumedFrom;
  private final int attempts;
  private final long bytesSentAgain;
  private final Duration elapsed;
  private final List<String> warnings;

  TransferResult(
      String source,
      String target,
      boolean skipped,
      long bytes,
      long resumedFrom,
      int attempts,
      long bytesSentAgain,
      Duration elapsed,
      List<String> warnings) {
    this.source = source;
    this.target = target;
    this.skipped = skipped;
    this.bytes = bytes;
    this.resumedFrom = resumedFrom;
    this.attempts = attempts;
    this.bytesSentAgain = bytesSentAgain;
    this.elapsed = elapsed;
    this.warnings = List.copyOf(warnings);
  }

  /** Returns the source: a local path, an absolute remote path, or "(stream)". */
  public String source() {
    return source;
  }

  /** Returns the target: a local path, an absolute remote path, or "(stream)". */
  public String target() {
    return target;
  }

  /** Returns true if the file was left out, because of {@link TransferOptions#existing()}. */
  public boolean skipped() {
    return skipped;
  }

  /** Returns the number of bytes copied by this call. */
  public long bytes() {
    return bytes;
  }

  /**
   * Returns the number of bytes that an earlier call had copied and this one kept; 0 if the
   * transfer started from the beginning.
   */
  public long resumedFrom() {
    return resumedFrom;
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
   * Returns problems that do not affect the content, such as a refused chmod. The list is
   * unmodifiable.
   */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public String toString() {
    return Printable.of(
        "TransferResult[source="
            + source
            + ", target="
            + target
            + ", skipped="
            + skipped
            + ", bytes="
            + bytes
            + ", resumedFrom="
            + resumedFrom
            + ", attempts="
            + attempts
            + ", bytesSentAgain="
            + bytesSentAgain
            + ", elapsed="
            + elapsed
            + ", warnings="
            + warnings
            + "]");
  }
}
