package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a call with many remote paths, such as {@link Connection#removeAll
 * Connection.removeAll}, has failed for some of them with {@link OnError#CONTINUE}. Its cause is
 * the first failure in the order given.
 *
 * <p>If a failure has ended the call early, that failure is thrown instead. Then an exception of
 * this class without a cause is {@linkplain Throwable#getSuppressed suppressed} in it, and has the
 * outcome of each path.
 */
public final class BulkException extends SftpException {
  private static final long serialVersionUID = 1L;

  private final BulkResult report;

  BulkException(Details details, BulkResult report, @Nullable Throwable cause) {
    super(details, cause);
    this.report = report;
  }

  /** Returns the outcome of each path, in the order given. */
  public final BulkResult report() {
    return report;
  }
}
