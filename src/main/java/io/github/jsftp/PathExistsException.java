package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** Thrown when a remote path must not exist but does. */
public final class PathExistsException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the message of the details. */
  public PathExistsException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
