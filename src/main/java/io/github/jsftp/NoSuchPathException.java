package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a remote path does not exist. A missing local file is a {@link
 * java.nio.file.NoSuchFileException}.
 */
public final class NoSuchPathException extends SftpException {
  private static final long serialVersionUID = 1L;

  NoSuchPathException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
