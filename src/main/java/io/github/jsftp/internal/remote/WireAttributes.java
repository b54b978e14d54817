package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.results.Results;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a file as sent by a server, which may leave out any of them. All attributes are
 * converted to {@link FileInfo} here.
 *
 * @param size the size in bytes; negative if missing or invalid
 * @param uid the owner's id, unsigned
 * @param gid the group's id, unsigned
 * @param mode the type and permission bits
 * @param accessed the access time in seconds since 1970, unsigned
 * @param modified the modification time in seconds since 1970, unsigned
 */
public record WireAttributes(
    long size,
    @Nullable Integer uid,
    @Nullable Integer gid,
    @Nullable Integer mode,
    @Nullable Integer accessed,
    @Nullable Integer modified) {
  private static final int TYPE_MASK = 0170000;

  /** No attributes. */
  public static final WireAttributes NONE = new WireAttributes(-1, null, null, null, null, null);

  /** Returns true if the mode contains a type. */
  public boolean hasType() {
    return mode != null && (mode & TYPE_MASK) != 0;
  }

  /** Returns the type in the mode, or OTHER if there is none. */
  public FileInfo.Type type() {
    return switch (mode == null ? 0 : mode & TYPE_MASK) {
      case 0100000 -> FileInfo.Type.FILE;
      case 0040000 -> FileInfo.Type.DIRECTORY;
      case 0120000 -> FileInfo.Type.LINK;
      default -> FileInfo.Type.OTHER;
    };
  }

  /** Returns these attributes without type and permissions. */
  public WireAttributes withoutType() {
    return new WireAttributes(size, uid, gid, null, accessed, modified);
  }

  /** Returns the attributes as users see them, with the type from the mode. */
  public FileInfo toFileInfo(String path) {
    return toFileInfo(path, type(), null);
  }

  /** Returns the attributes as users see them. */
  public FileInfo toFileInfo(String path, FileInfo.Type type, @Nullable String longname) {
    return Results.NEW.fileInfo(
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

  private static @Nullable Instant time(@Nullable Integer seconds) {
    return seconds == null ? null : Instant.ofEpochSecond(Integer.toUnsignedLong(seconds));
  }
}
