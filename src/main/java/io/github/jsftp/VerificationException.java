package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a copied file differs from its source in size or content, when the source changed
 * during the transfer, or when the server removed the file right after the upload.
 */
public final class VerificationException extends TransferException {
  private static final long serialVersionUID = 1L;

  private final String expected;
  private final String actual;

  VerificationException(
      Details details,
      String source,
      String target,
      long bytes,
      int attempts,
      String expected,
      String actual,
      @Nullable Throwable cause) {
    super(details, source, target, bytes, attempts, null, cause);
    this.expected = expected;
    this.actual = actual;
  }

  /** Returns the expected state, such as "4096 bytes" or "SHA-256 2cf24dba..". */
  public String expected() {
    return expected;
  }

  /** Returns the actual state, such as "1024 bytes" or "no such file". */
  public String actual() {
    return actual;
  }
}
