package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/** Thrown when the server does not support an operation. */
public final class OperationNotSupportedException extends SftpException {
  private static final long serialVersionUID = 1L;

  OperationNotSupportedException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
