package io.github.jsftp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transfer that failed on its way. The target is as it was before, unless it is a stream or was
 * written in place, as {@link TransferOptions.Builder#atomic atomic(false)} asks for.
 */
public class TransferException extends SftpException {
  private static final long serialVersionUID = 1L;

  private final String source;
  private final String target;
  private final long bytesTransferred;
  private final int attempts;
  private final transient @Nullable TreeResult report;

  /** Creates the exception for what the details tell. */
  public TransferException(
      Details details,
      String source,
      String target,
      long bytesTransferred,
      int attempts,
      @Nullable TreeResult report,
      @Nullable Throwable cause) {
    super(details, cause);
    this.source = source;
    this.target = target;
    this.bytesTransferred = bytesTransferred;
    this.attempts = attempts;
    this.report = report;
  }

  /** Returns where the bytes came from: a local or an absolute remote path. */
  public final String source() {
    return source;
  }

  /** Returns where the bytes went: a local or an absolute remote path. */
  public final String target() {
    return target;
  }

  /** Returns how many bytes had arrived. */
  public final long bytesTransferred() {
    return bytesTransferred;
  }

  /** Returns how often the transfer was tried, at least 1. */
  public final int attempts() {
    return attempts;
  }

  /** Returns what became of a tree's entries, empty for a single file. */
  public final Optional<TreeResult> report() {
    return Optional.ofNullable(report);
  }
}
