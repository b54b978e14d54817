package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** The server says that the user may not do this. */
public final class PermissionDeniedException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for what the details tell. */
  public PermissionDeniedException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
