package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/**
 * What arrived is not what was sent: its size or content differs, the source changed while it was
 * copied, or the server took the file away right after the upload.
 */
public final class VerificationException extends TransferException {
  private static final long serialVersionUID = 1L;

  private final String expected;
  private final String actual;

  /** Creates the exception for what the details tell. */
  public VerificationException(
      Details details,
      String source,
      String target,
      long bytesTransferred,
      int attempts,
      String expected,
      String actual,
      @Nullable Throwable cause) {
    super(details, source, target, bytesTransferred, attempts, null, cause);
    this.expected = expected;
    this.actual = actual;
  }

  /** Returns what should have been found, such as "4096 bytes" or "SHA-256 2cf24dba..". */
  public String expected() {
    return expected;
  }

  /** Returns what was found, such as "1024 bytes" or "no such file". */
  public String actual() {
    return actual;
  }
}
