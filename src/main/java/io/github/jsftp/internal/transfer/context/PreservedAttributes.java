package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.ServerErrors;
import java.time.Instant;

/** Decides which attributes the copy of a file or directory gets. */
public final class PreservedAttributes {
  /** The mode bits that a directory takes over from its source. */
  private static final int COPIED = 01777;

  private PreservedAttributes() {}

  /**
   * Returns the permission bits for a target file, -1 to use the default (umask).
   *
   * @param replaced the permission bits of the file to replace, or -1
   */
  public static int permissions(TransferOptions options, FileAttributes source, int replaced) {
    return options.mode().isPresent()
        ? OctalMode.bits(options.mode().getAsInt())
        : preserved(options, source, replaced);
  }

  private static int preserved(TransferOptions options, FileAttributes source, int otherwise) {
    return options.preserveMode() && source.permissions() >= 0 ? source.permissions() : otherwise;
  }

  /** Returns these permission bits, unless -1, and the times to preserve. */
  public static AttributeChanges of(
      TransferOptions options, FileAttributes source, int permissions) {
    Instant modified = options.preserveMtime() ? source.modified() : null;
    Instant accessed = source.accessed() == null ? modified : source.accessed();
    return new AttributeChanges(
        null,
        null,
        null,
        permissions < 0 ? null : (Integer) permissions,
        modified == null ? null : accessed,
        modified);
  }

  /**
   * Returns these attributes without times that SFTP can't express, and records a warning. A
   * request with such times could not be sent, so the permissions would not be set either.
   *
   * @param path the target's path, for the warning
   */
  public static AttributeChanges forServer(
      TransferCall call, String path, AttributeChanges wanted) {
    Instant time = wanted.timeOutOfRange();
    if (time == null) {
      return wanted;
    }
    String problem = "SFTP version 3 supports times from 1970 to 2106, not " + time;
    call.warn(ServerErrors.attributesNotSet(path, call.store().details(path, problem)));
    return wanted.withoutTimes();
  }

  /**
   * Returns the attributes to set on a directory. Its set-gid bit is kept, as by chmod(1).
   *
   * @param now the directory's current permission bits, -1 if unknown
   */
  public static AttributeChanges ofDirectory(
      TransferOptions options, FileAttributes source, int now) {
    int wanted = preserved(options, source, -1);
    return of(options, source, wanted < 0 || now < 0 ? wanted : wanted | (now & OctalMode.SET_GID));
  }

  /** Returns the attributes to create a directory with. */
  public static AttributeChanges ofNewDirectory(TransferOptions options, FileAttributes source) {
    int wanted = preserved(options, source, -1);
    return wanted < 0 ? AttributeChanges.NONE : AttributeChanges.ofNewDirectory(wanted);
  }

  /** Returns true if a directory already has the attributes to preserve from its source. */
  public static boolean isKept(
      TransferOptions options, FileAttributes source, FileAttributes directory) {
    return (!options.preserveMtime() || source.hasSameTime(directory, options.mtimeTolerance()))
        && (!options.preserveMode()
            || (source.permissions() & COPIED) == (directory.permissions() & COPIED));
  }
}
