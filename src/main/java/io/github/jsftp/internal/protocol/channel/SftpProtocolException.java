package io.github.jsftp.internal.protocol.channel;

import java.io.IOException;

/** A reply that violates the protocol. The channel can't be used any more. */
public final class SftpProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  public SftpProtocolException(String problem) {
    super(problem);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
