package io.github.jsftp.faults;

/** The options of a copy. */
enum CopyMode {
  /** The defaults. */
  USUAL(true, false),
  /** The defaults, and {@code resume(true)}. */
  RESUMING(true, true),
  /** With {@code reconnect(false)}. */
  ONCE(false, false),
  /** With {@code reconnect(false)}, and {@code resume(true)}. */
  ONCE_RESUMING(false, true);

  private final boolean reconnect;
  private final boolean resume;

  CopyMode(boolean reconnect, boolean resume) {
    this.reconnect = reconnect;
    this.resume = resume;
  }

  boolean reconnects() {
    return reconnect;
  }

  boolean resumes() {
    return resume;
  }
}
