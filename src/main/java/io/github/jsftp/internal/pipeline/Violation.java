package io.github.jsftp.internal.pipeline;

import java.io.IOException;

/** An answer that breaks the protocol; the channel is of no use any more. */
final class Violation extends IOException {
  private static final long serialVersionUID = 1L;

  Violation(String problem) {
    super(problem);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
