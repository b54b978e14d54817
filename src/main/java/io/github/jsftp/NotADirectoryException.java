package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/** Thrown when a remote path must be a directory but is not. */
public final class NotADirectoryException extends SftpException {
  private static final long serialVersionUID = 1L;

  NotADirectoryException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
