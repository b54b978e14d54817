package io.github.jsftp.internal.async;

import java.io.IOException;

/** Carries an exception of the user's stream, filter or listener through futures unchanged. */
public final class UserCodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Exception thrown;

  public UserCodeException(Exception thrown) {
    super(thrown);
    this.thrown = thrown;
  }

  /** Returns the exception of the user's code. */
  public Exception thrown() {
    return thrown;
  }

  /** Throws the exception of the user's code. */
  public RuntimeException unwrap() throws IOException {
    if (thrown instanceof IOException io) {
      throw io;
    }
    if (thrown instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    throw new IllegalStateException(thrown);
  }
}
