package io.github.jsftp.internal.remote;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What to set on a remote file; null leaves as it is.
 *
 * @param size the size to cut or extend it to
 * @param uid the owner's number, set together with the group's
 * @param gid the group's number
 * @param permissions the permission bits, as in 0644
 * @param accessed the time of access, set together with that of modification
 * @param modified the time of modification
 */
public record Attributes(
    @Nullable Long size,
    @Nullable Long uid,
    @Nullable Long gid,
    @Nullable Integer permissions,
    @Nullable Instant accessed,
    @Nullable Instant modified) {

  /** The time of files whose server tells none. Those that are told have whole seconds. */
  public static final Instant UNKNOWN_TIME = Instant.EPOCH.plusNanos(1);

  /** Nothing to set. */
  public static final Attributes NONE = new Attributes(null, null, null, null, null, null);

  /** Sets the permission bits. */
  public static Attributes permissions(int bits) {
    return new Attributes(null, null, null, bits, null, null);
  }

  /**
   * Sets owner and group.
   *
   * @throws IllegalArgumentException if there is no such number: 4294967295 means "leave as it is"
   */
  public static Attributes owner(long uid, long gid) {
    return new Attributes(null, checked(uid), checked(gid), null, null, null);
  }

  private static long checked(long id) {
    if (id < 0 || id >= 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "uid and gid are from 0 to 4294967294, or null to leave them, not " + id);
    }
    return id;
  }

  /** Sets both times. */
  public static Attributes times(Instant accessed, Instant modified) {
    return new Attributes(null, null, null, null, accessed, modified);
  }

  /**
   * Sets the size.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static Attributes size(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("size must not be negative: " + bytes);
    }
    return new Attributes(bytes, null, null, null, null, null);
  }

  /** Says whether there is nothing to set. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /**
   * Returns what a directory is made with that is to have these permissions in the end: nobody else
   * has more rights before that, and its owner can fill it.
   */
  public static Attributes ofNewDirectory(int permissions) {
    return permissions((permissions & 0777) | 0700);
  }
}
