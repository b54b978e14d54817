package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** Thrown when a remote path must be a directory but is not. */
public final class NotADirectoryException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the message of the details. */
  public NotADirectoryException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
