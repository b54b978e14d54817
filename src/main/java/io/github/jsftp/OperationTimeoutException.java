package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an operation makes no progress for longer than {@link ConnectionOptions#timeout()},
 * or a command takes longer than {@link CommandOptions#timeLimit()}.
 */
public final class OperationTimeoutException extends SftpException {
  private static final long serialVersionUID = 1L;

  OperationTimeoutException(Details details, @Nullable Throwable cause) {
    super(details, cause);
  }
}
