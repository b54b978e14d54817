package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** The server made no progress for longer than {@link ConnectionOptions#timeout()}. */
public final class OperationTimeoutException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for what the details tell. */
  public OperationTimeoutException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
