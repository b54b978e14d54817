package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** Thrown when the server denies access. */
public final class PermissionDeniedException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the message of the details. */
  public PermissionDeniedException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
