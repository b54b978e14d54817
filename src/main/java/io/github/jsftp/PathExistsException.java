package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/** A remote path that is there already and must not be. */
public final class PathExistsException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for what the details tell. */
  public PathExistsException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
