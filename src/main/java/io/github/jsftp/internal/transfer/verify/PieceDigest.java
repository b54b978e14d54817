package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * A digest of consecutive bytes, with a separate value for each piece. Not safe for use by several
 * threads.
 */
public final class PieceDigest {
  /**
   * The size of a piece, small enough that no server stays silent for long while it digests one. A
   * power of two, since MINA rounds the end of a range up to its buffer of 8 KiB.
   */
  static final long PIECE_BYTES = 64L << 20;

  private final MessageDigest digest;
  private final long pieceSize;
  private final List<byte[]> pieces = new ArrayList<>();
  private long pieceLength; // in bytes, of the current piece

  /** Creates a digest with pieces of the default size. */
  PieceDigest(String algorithm) {
    this(algorithm, PIECE_BYTES);
  }

  /**
   * Creates a digest with pieces of this size.
   *
   * @throws IllegalArgumentException if there is no such algorithm
   */
  public PieceDigest(String algorithm, long pieceSize) {
    digest = digest(algorithm);
    this.pieceSize = pieceSize;
  }

  /**
   * Checks the name of an algorithm.
   *
   * @throws IllegalArgumentException if there is no such algorithm
   */
  public static void check(String algorithm) {
    digest(algorithm);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(
          "unknown checksum algorithm " + algorithm + "; try SHA-256", e);
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

  /** Returns the digests of all pieces. Without any bytes there is one empty piece. */
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
