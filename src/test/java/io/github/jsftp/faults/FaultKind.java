package io.github.jsftp.faults;

/** A kind of fault. */
enum FaultKind {
  /** The connection is reset. */
  CUT_RST,
  /** The connection is closed in order. */
  CUT_FIN,
  /** The connection is reset, and new ones are refused for a while. */
  AWAY,
  /** The connection accepts data and delivers none, for good. */
  MUTE,
  /** One direction stalls, also for connections to come, until the call is over. */
  STALL,
  /** The connection stalls for less than the timeout. */
  PAUSE,
  /** The connection becomes slow. */
  SLOW,
  /** The server's process for the session is killed. */
  KILL_SESSION,
  /** The server's process for one SFTP channel is killed. */
  KILL_SFTP,
  /** The server's disk is full after a number of bytes. */
  DISK_FULL,
  /** The server refuses channels beyond a number. */
  FEW_CHANNELS,
  /** The answer to the n-th CLOSE is lost, and the connection with it. */
  DROP_CLOSE,
  /** The answer to the n-th RENAME is lost, and the connection with it. */
  DROP_RENAME,
  /** The answer to the n-th CLOSE does not come. */
  HOLD_CLOSE,
  /** The answer to the n-th RENAME does not come. */
  HOLD_RENAME,
  /** The source loses its second half while it is copied. */
  TRUNCATED_SOURCE;

  /** Returns true if the fault can hit a kind of copy. LocalDiskTest tests full local disks. */
  boolean concerns(CopyKind copyKind) {
    return switch (this) {
      case DISK_FULL -> !copyKind.downloads();
      case DROP_RENAME, HOLD_RENAME -> !copyKind.downloads() || copyKind == CopyKind.INBOX;
      default -> true;
    };
  }

  /** Returns true if the connection breaks, which a {@code ConnectionException} reports. */
  boolean breaksConnection() {
    return switch (this) {
      case CUT_RST, CUT_FIN, AWAY, KILL_SESSION, DROP_CLOSE, DROP_RENAME -> true;
      default -> false;
    };
  }

  /** Returns true if a copy that may reconnect survives the fault. */
  boolean isCuredByReconnecting() {
    return breaksConnection() || (isSilent() && this != STALL) || this == KILL_SFTP;
  }

  /** Returns true if only a timeout detects the fault. */
  boolean isSilent() {
    return switch (this) {
      case MUTE, STALL, HOLD_CLOSE, HOLD_RENAME -> true;
      default -> false;
    };
  }

  /** Returns true if the copy must succeed all the same. */
  boolean isHarmless() {
    return this == PAUSE || this == SLOW || this == FEW_CHANNELS;
  }

  /** Returns true if the fault happens at a position in the byte stream. */
  boolean hasPlace() {
    return switch (this) {
      case DISK_FULL, FEW_CHANNELS -> false;
      default -> !swallows();
    };
  }

  /** Returns true if a reply of the server is withheld from the client. */
  boolean swallows() {
    return switch (this) {
      case DROP_CLOSE, DROP_RENAME, HOLD_CLOSE, HOLD_RENAME -> true;
      default -> false;
    };
  }
}
