package io.github.jsftp.internal.async;

import java.io.IOException;

/** Carries what the user's own stream, filter or listener threw through futures, unchanged. */
public final class UserCodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Exception thrown;

  public UserCodeException(Exception thrown) {
    super(thrown);
    this.thrown = thrown;
  }

  /** Returns what the user's code threw. */
  public Exception thrown() {
    return thrown;
  }

  /** Throws on what the user's code threw. */
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
