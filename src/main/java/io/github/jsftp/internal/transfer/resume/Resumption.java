package io.github.jsftp.internal.transfer.resume;

import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.remote.FileAttributes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules that let a later call resume the copy of a file. The name of the part file carries a
 * mark of the source, so that a part is never resumed from another source. No byte is written
 * further than one window beyond the contiguous bytes from the beginning. The length of a part file
 * minus a window is therefore complete, even if the process was killed. Used on the call's thread
 * only.
 */
public final class Resumption {
  /** Smaller files are not resumed, since the window would cover most of them. */
  static final long MIN_SIZE = 512 << 10;

  /** The permission bits that a part file needs to be resumed. */
  public static final int OWNER_READ_WRITE = 0600;

  /** To be changed with the rules for marks and windows, so that older part files do not match. */
  private static final String FORMAT_VERSION = "1";

  private static final long MIN_WINDOW = 256 << 10;

  /** An upload makes progress only if a connection carries more than this before it breaks. */
  private static final long MAX_UPLOAD_WINDOW = 4 << 20;

  private static final long MAX_DOWNLOAD_WINDOW = 16 << 20;
  private static final int WINDOWS_PER_FILE = 8;
  private static final int BLOCKS_PER_WINDOW = 8;

  /**
   * A multiple of every server's buffer, since some servers round the end of a range to digest up.
   */
  private static final long ALIGNMENT = 64 << 10;

  private static final int RADIX = 36;

  private final String source;
  private final FileAttributes attributes;
  private final long window;
  private final TreeMap<Long, Long> beyondGap = new TreeMap<>(); // blocks after a gap: start to end
  private long contiguous;
  private boolean isUnusable;

  /**
   * Creates the rules for one copy.
   *
   * @param source identifies the source
   * @param attributes the attributes of the source
   * @param isUpload true if the target is remote
   */
  public Resumption(String source, FileAttributes attributes, boolean isUpload) {
    this.source = source;
    this.attributes = attributes;
    window = window(attributes.size(), isUpload);
  }

  /** Returns true if the options ask for it and the source and the target allow to resume. */
  public static boolean appliesTo(
      TransferOptions options, FileAttributes source, @Nullable FileAttributes target) {
    return options.resume()
        && source.type() == FileInfo.Type.FILE
        && source.size() >= MIN_SIZE
        && source.modified() != null
        && (target == null || target.type() == FileInfo.Type.FILE);
  }

  /** Returns the window in bytes for a file of this size. */
  static long window(long size, boolean isUpload) {
    long part = size / WINDOWS_PER_FILE / ALIGNMENT * ALIGNMENT;
    return Math.max(MIN_WINDOW, Math.min(isUpload ? MAX_UPLOAD_WINDOW : MAX_DOWNLOAD_WINDOW, part));
  }

  /**
   * Returns the names for part files of the target.
   *
   * @param pattern the option {@code temporaryName}
   * @param target the target's name
   * @param permissions the permission bits of the target, -1 to use the default (umask). They are
   *     part of the mark: a part created for other permissions might be readable by more users.
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
    // Not in UTF-8, which can't encode the unpaired surrogates that stand for bytes of a name.
    var bytes = ByteBuffer.allocate(all.length() * Character.BYTES);
    bytes.asCharBuffer().put(all);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      String digits = new BigInteger(1, digest).toString(RADIX);
      String mark = digits.substring(digits.length() - PartNames.MARK_LENGTH);
      return new PartNames(pattern, target, mark);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }

  /** Returns the number of bytes that are complete in a part file of this length. */
  public long usableBytes(long length) {
    return length > attributes.size() ? 0 : Math.max(0, length - window) / ALIGNMENT * ALIGNMENT;
  }

  /** Records that the copy starts at this offset. */
  public void startAt(long bytes) {
    contiguous = bytes;
  }

  /** Returns the number of bytes written from the beginning without a gap. */
  public long contiguousBytes() {
    return contiguous;
  }

  /** Records that a block has been written. */
  public void recordWrite(long offset, long length) {
    if (offset != contiguous) {
      beyondGap.put(offset, offset + length);
      return;
    }
    contiguous += length;
    Map.Entry<Long, Long> next = beyondGap.firstEntry();
    while (next != null && next.getKey() == contiguous) {
      contiguous = next.getValue();
      beyondGap.pollFirstEntry();
      next = beyondGap.firstEntry();
    }
  }

  /** Returns true if bytes up to this offset may be written now. */
  public boolean isInWindow(long end) {
    return end - contiguous <= window;
  }

  /** Returns the largest block to write at once, in bytes. */
  public int maxBlock() {
    return (int) (window / BLOCKS_PER_WINDOW);
  }

  /** Records that the part file must not be resumed. */
  public void markUnusable() {
    isUnusable = true;
  }

  /** Returns true if the part file must not be resumed. */
  public boolean isUnusable() {
    return isUnusable;
  }

  /**
   * Returns the length to give the part file when the copy fails, 0 to delete it. With this length
   * a later call keeps all contiguous bytes. The part file may be shorter but is never longer.
   */
  public long partLengthToLeave() {
    long length = Math.min(attributes.size(), contiguous + window);
    return isUnusable || usableBytes(length) == 0 ? 0 : length;
  }
}
