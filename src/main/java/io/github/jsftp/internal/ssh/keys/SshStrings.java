package io.github.jsftp.internal.ssh.keys;

import java.nio.ByteBuffer;

/** Reads SSH strings: a length of four bytes, followed by that many bytes. */
public final class SshStrings {
  private SshStrings() {}

  /**
   * Checks that the bytes are a sequence of strings.
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
   * @throws UnusableKeyException if the input ends before the string does
   */
  public static byte[] next(ByteBuffer in) throws UnusableKeyException {
    int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw UnusableKeyException.damaged();
    }
    byte[] string = new byte[length];
    in.get(string);
    return string;
  }
}
