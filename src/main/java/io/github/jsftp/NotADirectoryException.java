package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** A remote path that should be a directory and is something else. */
public final class NotADirectoryException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for what the details tell. */
  public NotADirectoryException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
