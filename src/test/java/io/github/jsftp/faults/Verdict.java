package io.github.jsftp.faults;

import java.util.List;

/**
 * How a copy with a fault ended.
 *
 * @param attempts how often it was tried, if it ended well
 * @param complaints what must not be; empty unless something was lost
 */
record Verdict(Fault fault, End end, int attempts, String how, List<String> complaints) {
  /** The ways it may end. */
  enum End {
    /** The copy was over, or would not have been told, before the fault came. */
    MISSED,
    /** The call ended well by itself. */
    SURVIVED,
    /** An exception; each target was old or new, and the next call put it right. */
    FAILED,
    /** Something that must not be. */
    LOST
  }

  @Override
  public String toString() {
    return fault + ": " + how + complaints.stream().map(line -> "\n    " + line).toList();
  }
}
