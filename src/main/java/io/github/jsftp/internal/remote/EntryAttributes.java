package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.OctalMode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a file on either side.
 *
 * @param type what it is
 * @param size its size in bytes, -1 if that is not known
 * @param permissions its permission bits, as in 0644, -1 if they are not known
 * @param accessed when it was last read, null if that is not known
 * @param modified when it was last written, null if that is not known
 * @param uid the number of its owner, -1 if that is not known
 * @param gid the number of its group, -1 if that is not known
 */
public record EntryAttributes(
    FileInfo.Type type,
    long size,
    int permissions,
    @Nullable Instant accessed,
    @Nullable Instant modified,
    long uid,
    long gid) {

  /** What is known of a file but for its owner. */
  public EntryAttributes(
      FileInfo.Type type,
      long size,
      int permissions,
      @Nullable Instant accessed,
      @Nullable Instant modified) {
    this(type, size, permissions, accessed, modified, -1, -1);
  }

  /** A stream, of which nothing is known. */
  public static final EntryAttributes OF_STREAM =
      new EntryAttributes(FileInfo.Type.FILE, -1, -1, null, null);

  /** Returns what the server tells. */
  public static EntryAttributes of(FileInfo info) {
    boolean hasTimes = !info.modified().equals(Attributes.UNKNOWN_TIME);
    return new EntryAttributes(
        info.type(),
        info.size(),
        info.mode() < 0 ? -1 : OctalMode.bits(info.mode()),
        hasTimes ? info.accessed() : null,
        hasTimes ? info.modified() : null,
        info.uid(),
        info.gid());
  }

  /** Returns this, or for a link the file that counts as replaced where links are not followed. */
  public EntryAttributes linkAsFile() {
    return isLink() ? new EntryAttributes(FileInfo.Type.FILE, -1, -1, accessed, modified) : this;
  }

  /** Says whether both were written at the same time, in whole seconds and as far as is known. */
  public boolean hasSameTime(EntryAttributes other, Duration tolerance) {
    long apart = Math.abs(seconds(modified) - seconds(other.modified));
    return Duration.ofSeconds(apart).compareTo(tolerance) <= 0;
  }

  /** Says whether the server has not told what this is, as few do in listings. */
  public boolean isTypeUnknown() {
    return type == FileInfo.Type.OTHER && permissions < 0;
  }

  private static long seconds(@Nullable Instant time) {
    return time == null ? Long.MIN_VALUE / 4 : time.getEpochSecond();
  }

  public boolean isDirectory() {
    return type == FileInfo.Type.DIRECTORY;
  }

  /** Says whether it is something like a device or a pipe, not just of a type that is not known. */
  public boolean isDevice() {
    return type == FileInfo.Type.OTHER && permissions >= 0;
  }

  public boolean isLink() {
    return type == FileInfo.Type.LINK;
  }
}
