package io.github.jsftp.internal.protocol.channel;

/** The reply to {@code limits@openssh.com}, as defined in OpenSSH's PROTOCOL file. */
final class ServerLimits {
  /**
   * The bytes of a WRITE request besides its data, with the longest possible handle; rounded up.
   */
  private static final int WRITE_OVERHEAD = 1024;

  private ServerLimits() {}

  /**
   * Returns the maximum number of bytes in one read or write.
   *
   * @param defaultSize the size to use if the server announces no limit
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
