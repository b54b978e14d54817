package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.OctalMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a file as a server sent them, any of which it may leave out. All attributes
 * become a {@link FileInfo} here, whichever way they came.
 *
 * @param size its size, negative if that was left out or is none
 * @param uid its owner's number, as unsigned
 * @param gid its group's number, as unsigned
 * @param mode its type and permission bits
 * @param accessed seconds since 1970, as unsigned
 * @param modified seconds since 1970, as unsigned
 */
public record ServerAttributes(
    long size,
    @Nullable Integer uid,
    @Nullable Integer gid,
    @Nullable Integer mode,
    @Nullable Integer accessed,
    @Nullable Integer modified) {
  private static final int TYPE_MASK = 0170000;

  /** Nothing at all. */
  public static final ServerAttributes NONE =
      new ServerAttributes(-1, null, null, null, null, null);

  /** Returns true if the bits for the type are there. */
  public boolean hasType() {
    return mode != null && (mode & TYPE_MASK) != 0;
  }

  /** Returns the type that the bits tell, OTHER if there are none. */
  public FileInfo.Type type() {
    return switch (mode == null ? 0 : mode & TYPE_MASK) {
      case 0100000 -> FileInfo.Type.FILE;
      case 0040000 -> FileInfo.Type.DIRECTORY;
      case 0120000 -> FileInfo.Type.LINK;
      default -> FileInfo.Type.OTHER;
    };
  }

  /** Returns the same without type and permissions. */
  public ServerAttributes withoutType() {
    return new ServerAttributes(size, uid, gid, null, accessed, modified);
  }

  /** Returns what users see of the file at a path, its type told by its bits. */
  public FileInfo toFileInfo(String path) {
    return toFileInfo(path, type(), null);
  }

  /** Returns what users see of the file at a path. */
  public FileInfo toFileInfo(String path, FileInfo.Type type, @Nullable String longname) {
    return new FileInfo(
        path,
        type,
        Math.max(-1, size),
        mode == null ? -1 : OctalMode.digits(mode),
        uid == null ? -1 : Integer.toUnsignedLong(uid),
        gid == null ? -1 : Integer.toUnsignedLong(gid),
        time(accessed),
        time(modified),
        longname);
  }

  private static Instant time(@Nullable Integer seconds) {
    return seconds == null
        ? Attributes.UNKNOWN_TIME
        : Instant.ofEpochSecond(Integer.toUnsignedLong(seconds));
  }
}
