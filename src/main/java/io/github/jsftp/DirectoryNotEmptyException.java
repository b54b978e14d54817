package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** A remote directory that should be empty and is not. */
public final class DirectoryNotEmptyException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for what the details tell. */
  public DirectoryNotEmptyException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
