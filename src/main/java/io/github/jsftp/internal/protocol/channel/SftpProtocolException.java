package io.github.jsftp.internal.protocol.channel;

import java.io.IOException;

/** An answer that breaks the protocol; the channel is of no use any more. */
public final class SftpProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  public SftpProtocolException(String problem) {
    super(problem);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
