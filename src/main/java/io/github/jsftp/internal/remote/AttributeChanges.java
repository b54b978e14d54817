package io.github.jsftp.internal.remote;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The attributes to set on a remote file; null leaves an attribute unchanged. {@link
 * FileAttributes} are those that a file has.
 *
 * @param size the new size, in bytes
 * @param uid the owner's id, set together with the group's
 * @param gid the group's id
 * @param permissions the permission bits, such as 0644
 * @param accessed the access time, set together with the modification time
 * @param modified the modification time
 */
public record AttributeChanges(
    @Nullable Long size,
    @Nullable Long uid,
    @Nullable Long gid,
    @Nullable Integer permissions,
    @Nullable Instant accessed,
    @Nullable Instant modified) {

  /** Sets nothing. */
  public static final AttributeChanges NONE =
      new AttributeChanges(null, null, null, null, null, null);

  /** Sets the permission bits. */
  public static AttributeChanges permissions(int bits) {
    return new AttributeChanges(null, null, null, bits, null, null);
  }

  /**
   * Sets owner and group.
   *
   * @throws IllegalArgumentException if an id is negative or too large: 4294967295 means "leave
   *     unchanged"
   */
  public static AttributeChanges owner(long uid, long gid) {
    return new AttributeChanges(null, checked(uid), checked(gid), null, null, null);
  }

  private static long checked(long id) {
    if (id < 0 || id >= 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "uid and gid are from 0 to 4294967294, or null to leave them, not " + id);
    }
    return id;
  }

  /** Sets both times. */
  public static AttributeChanges times(Instant accessed, Instant modified) {
    return new AttributeChanges(null, null, null, null, accessed, modified);
  }

  /**
   * Sets the size.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static AttributeChanges size(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("size must not be negative: " + bytes);
    }
    return new AttributeChanges(bytes, null, null, null, null, null);
  }

  /** Returns a time that SFTP's unsigned 32-bit seconds can't express, or null. */
  public @Nullable Instant timeOutOfRange() {
    return isInRange(modified) ? isInRange(accessed) ? null : accessed : modified;
  }

  private static boolean isInRange(@Nullable Instant time) {
    return time == null || time.getEpochSecond() >>> 32 == 0;
  }

  /** Returns these attributes without the times. */
  public AttributeChanges withoutTimes() {
    return new AttributeChanges(size, uid, gid, permissions, null, null);
  }

  /** Returns true if there is nothing to set. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /**
   * Returns the attributes to create a directory with that will have these permissions in the end.
   * Until then nobody else has more rights, and its owner can fill it.
   */
  public static AttributeChanges ofNewDirectory(int permissions) {
    return permissions((permissions & 0777) | 0700);
  }
}
