package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** Digests bytes as they come, piece after piece. Not safe for use by several threads at once. */
public final class PieceDigest {
  /**
   * What is digested at once: so little that no server is silent for long over it. A power of two,
   * for MINA rounds the end of a range up to its 8 KiB buffer.
   */
  static final long PIECE_BYTES = 64L << 20;

  private final MessageDigest digest;
  private final long pieceSize;
  private final List<byte[]> pieces = new ArrayList<>();
  private long pieceLength; // of the current piece

  /** Digests pieces of the usual size. */
  PieceDigest(String algorithm) {
    this(algorithm, PIECE_BYTES);
  }

  /**
   * Digests pieces of a size.
   *
   * @throws IllegalArgumentException if there is no algorithm of this name
   */
  public PieceDigest(String algorithm, long pieceSize) {
    digest = digest(algorithm);
    this.pieceSize = pieceSize;
  }

  /**
   * Does nothing if there is an algorithm of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static void check(String algorithm) {
    digest(algorithm);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(
          "no checksum algorithm is called " + algorithm + "; SHA-256 is one", e);
    }
  }

  public void update(byte[] bytes, int offset, int length) {
    int at = offset;
    int left = length;
    while (left > 0) {
      if (pieceLength == pieceSize) {
        endPiece();
      }
      int count = (int) Math.min(left, pieceSize - pieceLength);
      digest.update(bytes, at, count);
      pieceLength += count;
      at += count;
      left -= count;
    }
  }

  /** Returns the digests of all so far; nothing is one empty piece. */
  public Digests finish() {
    if (pieceLength > 0 || pieces.isEmpty()) {
      endPiece();
    }
    return new Digests(digest.getAlgorithm(), List.copyOf(pieces));
  }

  private void endPiece() {
    pieces.add(digest.digest());
    pieceLength = 0;
  }
}
