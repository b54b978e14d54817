package io.github.jsftp.internal.ssh;

import io.github.jsftp.SftpException;

/**
 * The connection was lost, or the server stopped responding, before the reply to a request arrived.
 */
final class ReplyLostException extends Exception {
  private static final long serialVersionUID = 1L;

  private final SftpException failure;
  private final boolean sent;

  /**
   * Creates the exception.
   *
   * @param failure the exception for the user if the request is not repeated
   * @param sent true if the request may have taken effect on the server
   */
  ReplyLostException(SftpException failure, boolean sent) {
    super(failure);
    this.failure = failure;
    this.sent = sent;
  }

  SftpException failure() {
    return failure;
  }

  boolean isSent() {
    return sent;
  }
}
