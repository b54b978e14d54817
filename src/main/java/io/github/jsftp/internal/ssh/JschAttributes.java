package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.SftpATTRS;
import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.WireAttributes;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Converts between JSch's file attributes and those of this library. */
final class JschAttributes {
  private static final long LAST_SECOND = 0xffff_ffffL;

  private JschAttributes() {}

  /** Returns the attributes that the server sent for a path. */
  static FileInfo info(String path, SftpATTRS attributes) {
    int flags = attributes.getFlags();
    boolean sized = (flags & SftpATTRS.SSH_FILEXFER_ATTR_SIZE) != 0;
    boolean owned = (flags & SftpATTRS.SSH_FILEXFER_ATTR_UIDGID) != 0;
    boolean moded = (flags & SftpATTRS.SSH_FILEXFER_ATTR_PERMISSIONS) != 0;
    boolean timed = (flags & SftpATTRS.SSH_FILEXFER_ATTR_ACMODTIME) != 0;
    return new WireAttributes(
            sized ? attributes.getSize() : -1,
            owned ? (Integer) attributes.getUId() : null,
            owned ? (Integer) attributes.getGId() : null,
            moded ? (Integer) attributes.getPermissions() : null,
            timed ? (Integer) attributes.getATime() : null,
            timed ? (Integer) attributes.getMTime() : null)
        .toFileInfo(path);
  }

  /**
   * Returns the attributes for a SETSTAT request.
   *
   * @throws IllegalArgumentException if only one of a pair is set, or a time does not fit SFTP's 32
   *     bits
   */
  static SftpATTRS of(AttributeChanges attributes) {
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
