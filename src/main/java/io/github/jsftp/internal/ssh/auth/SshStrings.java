package io.github.jsftp.internal.ssh.auth;

import java.nio.ByteBuffer;

/** The strings of SSH: four bytes with the length, and so many bytes. */
final class SshStrings {
  private SshStrings() {}

  /**
   * Checks that bytes are strings, one after the other.
   *
   * @throws UnusableKeyException if they are not
   */
  static void check(byte[] bytes) throws UnusableKeyException {
    var in = ByteBuffer.wrap(bytes);
    while (in.hasRemaining()) {
      next(in);
    }
  }

  /**
   * Reads a string.
   *
   * @throws UnusableKeyException if it ends too soon
   */
  static byte[] next(ByteBuffer in) throws UnusableKeyException {
    int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw UnusableKeyException.damaged();
    }
    byte[] string = new byte[length];
    in.get(string);
    return string;
  }
}
