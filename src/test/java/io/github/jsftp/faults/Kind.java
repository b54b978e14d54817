package io.github.jsftp.faults;

/** What goes wrong. */
enum Kind {
  /** The line is reset. */
  CUT_RST,
  /** The line ends in order. */
  CUT_FIN,
  /** The line is reset, and there is none to be had for a while. */
  AWAY,
  /** The line takes everything and brings nothing, for good. */
  MUTE,
  /** One direction stands still, also for lines to come, until the call is over. */
  STALL,
  /** The line stands still for less than the timeout. */
  PAUSE,
  /** The line becomes slow. */
  SLOW,
  /** The server's process for the session is killed. */
  KILL_SESSION,
  /** The server's process for one SFTP channel is killed. */
  KILL_SFTP,
  /** The server's disk takes so many bytes. */
  DISK_FULL,
  /** The server refuses all but so many channels. */
  FEW_CHANNELS,
  /** The answer to the n-th CLOSE is lost, and the line with it. */
  DROP_CLOSE,
  /** The answer to the n-th RENAME is lost, and the line with it. */
  DROP_RENAME,
  /** The answer to the n-th CLOSE does not come. */
  HOLD_CLOSE,
  /** The answer to the n-th RENAME does not come. */
  HOLD_RENAME,
  /** The source loses its second half while it is copied. */
  TRUNCATED_SOURCE;

  /** Says whether there is such a fault for a deed. A full local disk is LocalDiskTest's. */
  boolean concerns(Deed deed) {
    return switch (this) {
      case DISK_FULL, DROP_RENAME, HOLD_RENAME -> !deed.downloads();
      default -> true;
    };
  }

  /** Says whether the line breaks, which a {@code ConnectionException} is about. */
  boolean breaksTheLine() {
    return switch (this) {
      case CUT_RST, CUT_FIN, AWAY, KILL_SESSION, DROP_CLOSE, DROP_RENAME -> true;
      default -> false;
    };
  }

  /** Says whether a copy gets over it that may reconnect. */
  boolean isCuredByReconnecting() {
    return breaksTheLine() || (isSilent() && this != STALL) || this == KILL_SFTP;
  }

  /** Says whether it is noticed by a timeout only. */
  boolean isSilent() {
    return switch (this) {
      case MUTE, STALL, HOLD_CLOSE, HOLD_RENAME -> true;
      default -> false;
    };
  }

  /** Says whether the deed is to end well all the same. */
  boolean isHarmless() {
    return this == PAUSE || this == SLOW || this == FEW_CHANNELS;
  }

  /** Says whether the fault waits for a place in the conversation. */
  boolean hasPlace() {
    return switch (this) {
      case DISK_FULL, FEW_CHANNELS -> false;
      default -> !swallows();
    };
  }

  /** Says whether an answer of the server's is kept from the client. */
  boolean swallows() {
    return switch (this) {
      case DROP_CLOSE, DROP_RENAME, HOLD_CLOSE, HOLD_RENAME -> true;
      default -> false;
    };
  }
}
