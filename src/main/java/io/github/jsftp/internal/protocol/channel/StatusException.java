package io.github.jsftp.internal.protocol.channel;

import java.io.IOException;

/** A status other than OK. {@code protocol} turns it into the exception that users see. */
public final class StatusException extends IOException {
  private static final long serialVersionUID = 1L;

  public final int status;
  public final String text;

  StatusException(int status, String text) {
    super(text);
    this.status = status;
    this.text = text;
  }

  /** Omits the stack trace, which would be that of the transport's thread. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
