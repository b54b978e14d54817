package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/**
 * A remote file or directory that is not there. A missing local file is {@link
 * java.nio.file.NoSuchFileException}.
 */
public final class NoSuchPathException extends SftpException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for what the details tell. */
  public NoSuchPathException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
