package io.github.jsftp.faults;

/** Which temporary files may be left. */
enum Parts {
  NONE,
  /** Those of the file that is big enough to be continued. */
  BIG,
  /** Those of the other files. */
  SMALL,
  ANY;

  private static final String PART = "(?s)(.*/)?\\.[^/]*\\.jsftp-[^/]*\\.part";

  /** Says which a call may leave that failed. */
  static Parts afterFailure(Fault fault) {
    boolean cleansUp = fault.deed().downloads(); // else it may be cut off from what it has begun
    return cleansUp ? (fault.mode().resumes() ? BIG : NONE) : ANY;
  }

  /** Says which a call may leave that ended well after one that failed. */
  static Parts afterSuccess(Fault fault) {
    return fault.deed().downloads() ? NONE : fault.mode().resumes() ? SMALL : ANY;
  }

  boolean allow(String path) {
    boolean big = path.matches(".*\\." + Scene.BIG + "\\.jsftp-.*");
    return path.matches(PART)
        && switch (this) {
          case NONE -> false;
          case BIG -> big;
          case SMALL -> !big;
          case ANY -> true;
        };
  }
}
