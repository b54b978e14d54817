package io.github.jsftp.testing;

import org.jspecify.annotations.Nullable;

/** What a client asks an SFTP server to do, for {@link TestSftpServer#fail}. */
public enum Operation {
  /** Opening a file, to read or to write. */
  OPEN,
  /** Reading from an open file. */
  READ,
  /** Writing to an open file. */
  WRITE,
  /** Closing an open file or listing. */
  CLOSE,
  /** Reading the attributes of a path or an open file, with or without following a link. */
  STAT,
  /** Changing attributes: permissions, times, owner, size. */
  SET_ATTRIBUTES,
  /** Listing a directory. */
  LIST,
  /** Creating a directory. */
  MKDIR,
  /** Removing a directory. */
  RMDIR,
  /** Removing a file. */
  REMOVE,
  /** Renaming, with or without {@code posix-rename@openssh.com}. */
  RENAME,
  /** Creating a symbolic or hard link. */
  LINK,
  /** Reading the target of a symbolic link. */
  READLINK,
  /** Resolving a path to an absolute one. */
  REALPATH;

  /** Returns the operation of a packet type, or null if it is none of these. */
  static @Nullable Operation of(int type, String extension) {
    return switch (type) {
      case 3 -> OPEN;
      case 4 -> CLOSE;
      case 5 -> READ;
      case 6 -> WRITE;
      case 7, 8, 17 -> STAT;
      case 9, 10 -> SET_ATTRIBUTES;
      case 11, 12 -> LIST;
      case 13 -> REMOVE;
      case 14 -> MKDIR;
      case 15 -> RMDIR;
      case 16 -> REALPATH;
      case 18 -> RENAME;
      case 19 -> READLINK;
      case 20 -> LINK;
      case 200 ->
          switch (extension) {
            case "posix-rename@openssh.com" -> RENAME;
            case "hardlink@openssh.com" -> LINK;
            case "lsetstat@openssh.com" -> SET_ATTRIBUTES;
            default -> null;
          };
      default -> null;
    };
  }
}
