package io.github.jsftp.internal.protocol.channel;

/**
 * The numbers of SFTP version 3, defined in draft-ietf-secsh-filexfer-02, and names of extensions.
 */
public final class SftpConstants {
  static final int VERSION_NUMBER = 3;

  static final int INIT = 1;
  static final int VERSION = 2;
  public static final int OPEN = 3;
  public static final int CLOSE = 4;
  public static final int READ = 5;
  public static final int WRITE = 6;
  public static final int LSTAT = 7;
  public static final int FSTAT = 8;
  public static final int SETSTAT = 9;
  public static final int FSETSTAT = 10;
  public static final int OPENDIR = 11;
  public static final int READDIR = 12;
  public static final int REMOVE = 13;
  public static final int MKDIR = 14;
  public static final int RMDIR = 15;
  public static final int REALPATH = 16;
  public static final int STAT = 17;
  public static final int RENAME = 18;
  public static final int READLINK = 19;
  public static final int SYMLINK = 20;
  static final int STATUS = 101;
  public static final int HANDLE = 102;
  static final int DATA = 103;
  public static final int NAME = 104;
  public static final int ATTRS = 105;
  public static final int EXTENDED = 200;
  public static final int EXTENDED_REPLY = 201;
  static final int VFS_READ_ONLY = 1;

  static final int OK = 0;
  static final int EOF = 1;
  public static final int NO_SUCH_FILE = 2;
  public static final int PERMISSION_DENIED = 3;
  public static final int FAILURE = 4;
  public static final int BAD_MESSAGE = 5;
  public static final int OP_UNSUPPORTED = 8;

  public static final int ATTR_SIZE = 1;
  public static final int ATTR_UIDGID = 2;
  public static final int ATTR_PERMISSIONS = 4;
  public static final int ATTR_ACMODTIME = 8;
  public static final int ATTR_EXTENDED = 0x80000000;

  public static final String HARDLINK = "hardlink@openssh.com";
  public static final String STATVFS = "statvfs@openssh.com";
  public static final String POSIX_RENAME = "posix-rename@openssh.com";
  public static final String FSYNC = "fsync@openssh.com";
  static final String LIMITS = "limits@openssh.com";
  public static final String COPY_DATA = "copy-data";
  public static final String CHECK_FILE = "check-file";
  public static final String CHECK_FILE_HANDLE = "check-file-handle";
  public static final String CHECK_FILE_NAME = "check-file-name";
  public static final String MD5_HASH = "md5-hash";
  public static final String MD5_HASH_HANDLE = "md5-hash-handle";

  /** The longest accepted packet: 256 KiB of data, and 32 KiB for the other fields. */
  static final int MAX_PACKET = (256 + 32) * 1024;

  /** The longest accepted handle, in bytes. */
  static final int MAX_HANDLE = 256;

  /**
   * The longest accepted name of a listed entry, in bytes: far more than any file system allows.
   */
  static final int MAX_NAME = 64 * 1024;

  /** The number of bytes that every server can read or write in one request. */
  static final int COMMON_REQUEST = 32 * 1024;

  /**
   * The maximum number of bytes in one read or write: OpenSSH's limit of 256 KiB, less the other
   * fields of the packet.
   */
  static final int MAX_REQUEST = 255 * 1024;

  private SftpConstants() {}
}
