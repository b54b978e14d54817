package io.github.jsftp.internal.transfer.resume;

import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.remote.EntryAttributes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What lets a later call continue the copy of a file. The temporary file's name has a mark of the
 * source, so that nothing is ever continued with the bytes of another; and no byte is written more
 * than a window beyond those that have arrived without a gap, so that its length tells which bytes
 * are there for certain, whatever became of the process. Used on the call's thread only.
 */
public final class Resumption {
  /** Smaller files are sent again: the window would be most of them. */
  static final long MIN_SIZE = 512 << 10;

  /** Permission bits that a part needs to be continued. */
  public static final int OWNER_READ_WRITE = 0600;

  /** To be changed with the rules of marks and windows, so that no part is read by other rules. */
  private static final String FORMAT_VERSION = "1";

  private static final long MIN_WINDOW = 256 << 10;

  /** An upload gets on only over a line that carries more than this before it breaks. */
  private static final long MAX_UPLOAD_WINDOW = 4 << 20;

  private static final long MAX_DOWNLOAD_WINDOW = 16 << 20;
  private static final int WINDOWS_PER_FILE = 8; // of a file
  private static final int BLOCKS_PER_WINDOW = 8; // of a window

  /** Digests of a beginning are of whole buffers of every server. */
  private static final long ALIGNMENT = 64 << 10;

  private static final int RADIX = 36;

  private final String source;
  private final EntryAttributes attributes;
  private final long window;
  private final TreeMap<Long, Long> beyondGap = new TreeMap<>(); // after a gap, by where they begin
  private long arrived;
  private boolean isUnusable;

  /**
   * A copy that may be continued.
   *
   * @param source what tells the source from all others
   * @param attributes what the source is
   * @param isUpload whether the target is remote
   */
  public Resumption(String source, EntryAttributes attributes, boolean isUpload) {
    this.source = source;
    this.attributes = attributes;
    window = window(attributes.size(), isUpload);
  }

  /** Says whether a copy is to be one that can be continued. */
  public static boolean appliesTo(
      TransferOptions options, EntryAttributes source, @Nullable EntryAttributes target) {
    return options.resume()
        && source.type() == FileInfo.Type.FILE
        && source.size() >= MIN_SIZE
        && source.modified() != null
        && (target == null || target.type() == FileInfo.Type.FILE);
  }

  /** Returns how far beyond the gapless beginning of a file of this size bytes may be written. */
  static long window(long size, boolean isUpload) {
    long part = size / WINDOWS_PER_FILE / ALIGNMENT * ALIGNMENT;
    return Math.max(MIN_WINDOW, Math.min(isUpload ? MAX_UPLOAD_WINDOW : MAX_DOWNLOAD_WINDOW, part));
  }

  /**
   * Returns the names for parts of the target.
   *
   * @param permissions the permission bits that the part is to have, -1 for those that come by
   *     themselves; a part with others is not continued, so that it is never more readable
   */
  public PartNames names(String pattern, String target, int permissions) {
    String all =
        String.join(
            "\0",
            FORMAT_VERSION,
            source,
            Long.toString(attributes.size()),
            String.valueOf(attributes.modified()),
            target,
            Integer.toString(permissions));
    // Not in UTF-8, which has no bytes for the escapes in a name.
    var bytes = ByteBuffer.allocate(all.length() * Character.BYTES);
    bytes.asCharBuffer().put(all);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      String digits = new BigInteger(1, digest).toString(RADIX);
      String mark = digits.substring(digits.length() - PartNames.MARK_LENGTH);
      return new PartNames(pattern, target, mark);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** Returns how many bytes of a part of this length are there for certain. */
  public long usableBytes(long length) {
    return length > attributes.size() ? 0 : Math.max(0, length - window) / ALIGNMENT * ALIGNMENT;
  }

  /** Takes down that the copy begins with so many bytes in place. */
  public void startAt(long bytes) {
    arrived = bytes;
  }

  /** Returns how many bytes have arrived without a gap. */
  public long arrived() {
    return arrived;
  }

  /** Takes down that a block has arrived. */
  public void arrived(long offset, long length) {
    if (offset != arrived) {
      beyondGap.put(offset, offset + length);
      return;
    }
    arrived += length;
    Map.Entry<Long, Long> next = beyondGap.firstEntry();
    while (next != null && next.getKey() == arrived) {
      arrived = next.getValue();
      beyondGap.pollFirstEntry();
      next = beyondGap.firstEntry();
    }
  }

  /** Says whether bytes up to there may be written now. */
  public boolean isInWindow(long end) {
    return end - arrived <= window;
  }

  /** Returns the most bytes that should be written at once. */
  public int maxBlock() {
    return (int) (window / BLOCKS_PER_WINDOW);
  }

  /** Takes down that what has arrived must not be continued. */
  public void markUnusable() {
    isUnusable = true;
  }

  /** Says whether what has arrived must not be continued. */
  public boolean isUnusable() {
    return isUnusable;
  }

  /**
   * Returns the length by which a part that is left behind tells just what has arrived, as far as
   * that can be; 0 if it is of no use. The part may be shorter but is never longer.
   */
  public long partLengthToLeave() {
    long length = Math.min(attributes.size(), arrived + window);
    return isUnusable || usableBytes(length) == 0 ? 0 : length;
  }
}
