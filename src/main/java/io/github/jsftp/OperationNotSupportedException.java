package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** Thrown when the server does not support an operation. */
public final class OperationNotSupportedException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the message of the details. */
  public OperationNotSupportedException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
