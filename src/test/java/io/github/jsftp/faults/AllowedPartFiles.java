package io.github.jsftp.faults;

/** The part files that a copy may leave behind. */
enum AllowedPartFiles {
  NONE,
  /** Those of the file that is big enough to be resumed. */
  BIG,
  /** Those of the other files. */
  SMALL,
  ANY;

  private static final String PART = "(?s)(.*/)?\\.[^/]*\\.jsftp-[^/]*\\.part";

  /** Returns those that a failed call may leave. */
  static AllowedPartFiles afterFailure(Fault fault) {
    boolean cleansUp =
        fault.copyKind().downloads(); // else it may be cut off from what it has begun
    return cleansUp ? (fault.mode().resumes() ? BIG : NONE) : ANY;
  }

  /** Returns those that a call may leave that succeeded after a failed one. */
  static AllowedPartFiles afterSuccess(Fault fault) {
    return fault.copyKind().downloads() ? NONE : fault.mode().resumes() ? SMALL : ANY;
  }

  boolean allow(String path) {
    boolean big = path.matches(".*\\." + CopyFixture.BIG + "\\.jsftp-.*");
    return path.matches(PART)
        && switch (this) {
          case NONE -> false;
          case BIG -> big;
          case SMALL -> !big;
          case ANY -> true;
        };
  }
}
