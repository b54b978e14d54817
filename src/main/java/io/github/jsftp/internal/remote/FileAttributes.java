package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.results.Results;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The known attributes of a local or remote entry.
 *
 * @param type the type
 * @param size the size in bytes, -1 if unknown
 * @param permissions the permission bits, such as 0644; -1 if unknown
 * @param accessed the access time, or null if unknown
 * @param modified the modification time, or null if unknown
 * @param uid the owner's id, -1 if unknown
 * @param gid the group's id, -1 if unknown
 */
public record FileAttributes(
    FileInfo.Type type,
    long size,
    int permissions,
    @Nullable Instant accessed,
    @Nullable Instant modified,
    long uid,
    long gid) {

  /** Creates attributes without an owner. */
  public FileAttributes(
      FileInfo.Type type,
      long size,
      int permissions,
      @Nullable Instant accessed,
      @Nullable Instant modified) {
    this(type, size, permissions, accessed, modified, -1, -1);
  }

  /** The attributes of a stream. */
  public static final FileAttributes OF_STREAM =
      new FileAttributes(FileInfo.Type.FILE, -1, -1, null, null);

  /** Returns the attributes that a server has sent. */
  public static FileAttributes of(FileInfo info) {
    return new FileAttributes(
        info.type(),
        info.size(),
        info.hasMode() ? OctalMode.bits(info.mode()) : -1,
        info.hasTimes() ? info.accessed() : null,
        info.hasTimes() ? info.modified() : null,
        info.uid(),
        info.gid());
  }

  /**
   * Returns these attributes for users.
   *
   * @param path the absolute path, with / as the separator
   */
  public FileInfo info(String path) {
    return Results.NEW.fileInfo(
        path,
        type,
        size,
        permissions < 0 ? -1 : OctalMode.digits(permissions),
        uid,
        gid,
        accessed,
        modified,
        null);
  }

  /**
   * Returns this, or for a link a file without size and permissions. For use if a link is replaced
   * instead of followed.
   */
  public FileAttributes linkAsFile() {
    return isLink() ? new FileAttributes(FileInfo.Type.FILE, -1, -1, accessed, modified) : this;
  }

  /**
   * Returns true if the modification times differ by at most the tolerance, compared in whole
   * seconds. If both are unknown they count as equal.
   */
  public boolean hasSameTime(FileAttributes other, Duration tolerance) {
    long apart = Math.abs(seconds(modified) - seconds(other.modified));
    return Duration.ofSeconds(apart).compareTo(tolerance) <= 0;
  }

  /** Returns true if the server has sent no type, as few servers do in listings. */
  public boolean isTypeUnknown() {
    return type == FileInfo.Type.OTHER && permissions < 0;
  }

  private static long seconds(@Nullable Instant time) {
    return time == null ? Long.MIN_VALUE / 4 : time.getEpochSecond();
  }

  public boolean isDirectory() {
    return type == FileInfo.Type.DIRECTORY;
  }

  /**
   * Returns true if this is a special file, such as a device or a pipe, and not of unknown type.
   */
  public boolean isDevice() {
    return type == FileInfo.Type.OTHER && permissions >= 0;
  }

  public boolean isLink() {
    return type == FileInfo.Type.LINK;
  }
}
