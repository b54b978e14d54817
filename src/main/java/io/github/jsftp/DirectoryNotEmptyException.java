package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** Thrown when a remote directory can't be deleted because it is not empty. */
public final class DirectoryNotEmptyException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with the message of the details. */
  public DirectoryNotEmptyException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
