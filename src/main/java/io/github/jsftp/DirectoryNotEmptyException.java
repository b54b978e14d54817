package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/** Thrown when a remote directory can't be deleted because it is not empty. */
public final class DirectoryNotEmptyException extends SftpException {
  private static final long serialVersionUID = 1L;

  DirectoryNotEmptyException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
