package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/** Thrown when a remote path must not exist but does. */
public final class PathExistsException extends SftpException {
  private static final long serialVersionUID = 1L;

  PathExistsException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
