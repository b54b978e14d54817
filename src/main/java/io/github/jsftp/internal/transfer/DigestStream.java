package io.github.jsftp.internal.transfer;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Takes bytes for their digest only. */
final class DigestStream extends OutputStream {
  private final MessageDigest digest;

  /**
   * Digests with an algorithm as {@link MessageDigest} names it.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  DigestStream(String algorithm) {
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(
          "no checksum algorithm is called " + algorithm + "; SHA-256 is one", e);
    }
  }

  @Override
  public void write(int b) {
    digest.update((byte) b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  /** Returns the digest of all so far in lower-case hexadecimal digits. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
