package io.github.jsftp.internal.ssh;

import io.github.jsftp.SftpException;

/** The connection was lost, or fell silent, before the answer to a request had come. */
final class ReplyLostException extends Exception {
  private static final long serialVersionUID = 1L;

  private final SftpException told;
  private final boolean sent;

  /**
   * Creates the exception.
   *
   * @param told what the user is told unless the request is repeated
   * @param sent whether the server may have done what it was asked for
   */
  ReplyLostException(SftpException told, boolean sent) {
    super(told);
    this.told = told;
    this.sent = sent;
  }

  SftpException told() {
    return told;
  }

  boolean isSent() {
    return sent;
  }
}
