package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/** Thrown when the server denies access. */
public final class PermissionDeniedException extends SftpException {
  private static final long serialVersionUID = 1L;

  PermissionDeniedException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
