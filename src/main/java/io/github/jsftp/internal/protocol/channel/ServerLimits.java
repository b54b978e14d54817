package io.github.jsftp.internal.protocol.channel;

/** The answer to {@code limits@openssh.com}, as OpenSSH's PROTOCOL file has it. */
final class ServerLimits {
  /** What a WRITE has besides its data, with the longest handle there may be. */
  private static final int WRITE_OVERHEAD = 1024;

  private ServerLimits() {}

  /**
   * Returns the most bytes to read or write at once.
   *
   * @param defaultSize what holds where the server does not say
   */
  static int requestSize(Reply reply, int defaultSize) throws SftpProtocolException {
    long packet = reply.longNumber();
    long read = reply.longNumber();
    long write = reply.longNumber();
    if (read == 0 || write == 0) {
      return defaultSize;
    }
    long size = Math.min(atMost(read), atMost(write));
    if (packet > 0) {
      size = Math.min(size, packet - WRITE_OVERHEAD);
    }
    return (int) Math.max(size, WRITE_OVERHEAD);
  }

  private static long atMost(long limit) {
    return limit < 0
        ? SftpConstants.MAX_REQUEST
        : Math.min(limit, SftpConstants.MAX_REQUEST); // unsigned
  }
}
