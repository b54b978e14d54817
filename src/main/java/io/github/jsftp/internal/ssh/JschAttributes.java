package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.SftpATTRS;
import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.transfer.Attributes;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSch's attributes of files, and ours. */
final class JschAttributes {
  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int SYMLINK = 0120000;
  private static final long LAST_SECOND = 0xffff_ffffL;

  private JschAttributes() {}

  /** Returns what the server told of a path. */
  static FileInfo info(String path, SftpATTRS attributes) {
    int flags = attributes.getFlags();
    boolean sized = (flags & SftpATTRS.SSH_FILEXFER_ATTR_SIZE) != 0;
    boolean owned = (flags & SftpATTRS.SSH_FILEXFER_ATTR_UIDGID) != 0;
    boolean moded = (flags & SftpATTRS.SSH_FILEXFER_ATTR_PERMISSIONS) != 0;
    boolean timed = (flags & SftpATTRS.SSH_FILEXFER_ATTR_ACMODTIME) != 0;
    return new FileInfo(
        path,
        moded ? type(attributes.getPermissions()) : FileInfo.Type.OTHER,
        sized ? attributes.getSize() : -1,
        moded ? OctalMode.digits(attributes.getPermissions()) : -1,
        owned ? attributes.getUId() : -1,
        owned ? attributes.getGId() : -1,
        timed ? instant(attributes.getATime()) : Instant.EPOCH,
        timed ? instant(attributes.getMTime()) : Instant.EPOCH,
        null);
  }

  private static FileInfo.Type type(int mode) {
    return switch (mode & TYPE) {
      case REGULAR -> FileInfo.Type.FILE;
      case DIRECTORY -> FileInfo.Type.DIRECTORY;
      case SYMLINK -> FileInfo.Type.LINK;
      default -> FileInfo.Type.OTHER;
    };
  }

  private static Instant instant(int seconds) {
    return Instant.ofEpochSecond(Integer.toUnsignedLong(seconds));
  }

  /**
   * Returns the attributes for SETSTAT.
   *
   * @throws IllegalArgumentException if one of a pair is missing, or a time can't be told in SFTP's
   *     32 bits
   */
  static SftpATTRS of(Attributes attributes) {
    var result = new SftpATTRS();
    if (attributes.size() != null) {
      result.setSIZE(attributes.size());
    }
    if (pair("uid and gid", attributes.uid(), attributes.gid())) {
      result.setUIDGID(some(attributes.uid()).intValue(), some(attributes.gid()).intValue());
    }
    if (attributes.permissions() != null) {
      result.setPERMISSIONS(attributes.permissions());
    }
    if (pair("times of access and modification", attributes.accessed(), attributes.modified())) {
      result.setACMODTIME(
          seconds(some(attributes.accessed())), seconds(some(attributes.modified())));
    }
    return result;
  }

  private static boolean pair(String what, @Nullable Object one, @Nullable Object other) {
    if ((one == null) != (other == null)) {
      throw new IllegalArgumentException(what + " can only be set together");
    }
    return one != null;
  }

  private static <T> T some(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  private static int seconds(Instant time) {
    long seconds = time.getEpochSecond();
    if (seconds < 0 || seconds > LAST_SECOND) {
      throw new IllegalArgumentException(
          "SFTP's times are from 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z, not " + time);
    }
    return (int) seconds;
  }
}
