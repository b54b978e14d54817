package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.EntryAttributes;
import java.time.Instant;

/** Decides which attributes a copy gets. */
public final class PreservedAttributes {
  /** What a directory takes over from its source. */
  private static final int COPIED = 01777;

  private PreservedAttributes() {}

  /**
   * Returns the permission bits that the options want, -1 for those that come by themselves.
   *
   * @param replaced those of what is replaced, or -1
   */
  public static int permissions(TransferOptions options, EntryAttributes source, int replaced) {
    return options.preserveMode() && source.permissions() >= 0 ? source.permissions() : replaced;
  }

  /** Returns these permission bits, if not -1, and the times that the options want. */
  public static Attributes of(TransferOptions options, EntryAttributes source, int permissions) {
    Instant modified = options.preserveMtime() ? source.modified() : null;
    Instant accessed = source.accessed() == null ? modified : source.accessed();
    return new Attributes(
        null,
        null,
        null,
        permissions < 0 ? null : (Integer) permissions,
        modified == null ? null : accessed,
        modified);
  }

  /**
   * Returns what the options want for a directory. Its set-gid bit stays, as with chmod(1).
   *
   * @param now the permission bits that it has, -1 if they are not known
   */
  public static Attributes ofDirectory(TransferOptions options, EntryAttributes source, int now) {
    int wanted = permissions(options, source, -1);
    return of(options, source, wanted < 0 || now < 0 ? wanted : wanted | (now & OctalMode.SET_GID));
  }

  /** Returns what the options want a directory to have from the beginning. */
  public static Attributes ofNewDirectory(TransferOptions options, EntryAttributes source) {
    int wanted = permissions(options, source, -1);
    return wanted < 0 ? Attributes.NONE : Attributes.ofNewDirectory(wanted);
  }

  /** Says whether a directory has what the options want to be kept of its source. */
  public static boolean isKept(
      TransferOptions options, EntryAttributes source, EntryAttributes directory) {
    return (!options.preserveMtime() || source.hasSameTime(directory, options.mtimeTolerance()))
        && (!options.preserveMode()
            || (source.permissions() & COPIED) == (directory.permissions() & COPIED));
  }
}
