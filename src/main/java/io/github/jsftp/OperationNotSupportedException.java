package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** The server does not offer what the operation needs. */
public final class OperationNotSupportedException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for what the details tell. */
  public OperationNotSupportedException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
