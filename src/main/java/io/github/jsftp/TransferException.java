package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a transfer fails after it has begun. The target is unchanged, unless it is a stream
 * or was written in place because of {@link TransferOptions.Builder#atomic atomic(false)}.
 */
public class TransferException extends SftpException {
  private static final long serialVersionUID = 1L;

  private final String source;
  private final String target;
  private final long bytes;
  private final int attempts;
  private final @Nullable TreeResult report;

  TransferException(
      Details details,
      String source,
      String target,
      long bytes,
      int attempts,
      @Nullable TreeResult report,
      @Nullable Throwable cause) {
    super(details, cause);
    this.source = source;
    this.target = target;
    this.bytes = bytes;
    this.attempts = attempts;
    this.report = report;
  }

  /** Returns the source: a local path or an absolute remote path. */
  public final String source() {
    return source;
  }

  /** Returns the target: a local path or an absolute remote path. */
  public final String target() {
    return target;
  }

  /** Returns the number of bytes that had arrived. */
  public final long bytes() {
    return bytes;
  }

  /** Returns the number of attempts, at least 1. */
  public final int attempts() {
    return attempts;
  }

  /** Returns the result for the entries of a tree; empty for a single file. */
  public final Optional<TreeResult> report() {
    return Optional.ofNullable(report);
  }
}
