package io.github.jsftp.testing;

/** The status codes with which an SFTP server refuses a request, by their names in the protocol. */
public enum Status {
  /** The path does not exist. */
  NO_SUCH_FILE(2, "No such file"),
  /** The user may not do this. */
  PERMISSION_DENIED(3, "Permission denied"),
  /** Any other failure; OpenSSH's only code for most of them, such as a full disk. */
  FAILURE(4, "Failure"),
  /** The request is malformed. */
  BAD_MESSAGE(5, "Bad message"),
  /** The server does not implement the request. */
  OP_UNSUPPORTED(8, "Operation unsupported"),
  /** The path exists already. */
  FILE_ALREADY_EXISTS(11, "File already exists"),
  /** The disk is full. */
  NO_SPACE_ON_FILESYSTEM(14, "No space left on device"),
  /** The quota of the user is used up. */
  QUOTA_EXCEEDED(15, "Disk quota exceeded");

  private final int code;
  private final String message;

  Status(int code, String message) {
    this.code = code;
    this.message = message;
  }

  /** Returns the number in the protocol, such as 3 for {@code SSH_FX_PERMISSION_DENIED}. */
  public int code() {
    return code;
  }

  /** Returns the message that is sent along, in OpenSSH's words. */
  String message() {
    return message;
  }
}
