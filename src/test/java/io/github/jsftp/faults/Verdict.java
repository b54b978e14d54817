package io.github.jsftp.faults;

import java.util.List;

/**
 * The outcome of a copy with a fault.
 *
 * @param attempts the number of attempts of a call that succeeded
 * @param complaints failed checks; empty unless something was lost
 */
record Verdict(Fault fault, End end, int attempts, String how, List<String> complaints) {
  /** The possible outcomes. */
  enum End {
    /** The copy was over before the fault happened. */
    MISSED,
    /** The call returned normally. */
    SURVIVED,
    /** The call failed; each target was old or new, and a second call succeeded. */
    FAILED,
    /** A check failed. */
    LOST
  }

  @Override
  public String toString() {
    return fault + ": " + how + complaints.stream().map(line -> "\n    " + line).toList();
  }
}
