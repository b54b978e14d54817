package io.github.jsftp;

import io.github.jsftp.FileOutcome.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What one {@link Inbox#poll} has done. Immutable and safe to share between threads. The lists are
 * unmodifiable.
 */
public final class InboxReport {
  private final List<FileOutcome> outcomes;
  private final List<String> repeated;
  private final List<String> warnings;
  private final long handled;
  private final long waiting;
  private final long claimedByOthers;
  private final boolean busy;
  private final Duration elapsed;

  InboxReport(
      List<FileOutcome> outcomes,
      List<String> repeated,
      List<String> warnings,
      long handled,
      long waiting,
      long claimedByOthers,
      boolean busy,
      Duration elapsed) {
    this.outcomes = List.copyOf(outcomes);
    this.repeated = List.copyOf(repeated);
    this.warnings = List.copyOf(warnings);
    this.handled = handled;
    this.waiting = waiting;
    this.claimedByOthers = claimedByOthers;
    this.busy = busy;
    this.elapsed = elapsed;
  }

  /** Returns the number of files whose handler returned normally. */
  public long handled() {
    return handled;
  }

  /** Returns the number of files with a failure; {@link #failures} has the reasons. */
  public long failed() {
    return failures().size();
  }

  /** Returns the number of files that are not complete yet. */
  public long waiting() {
    return waiting;
  }

  /** Returns the number of files that other pollers have claimed. */
  public long claimedByOthers() {
    return claimedByOthers;
  }

  /**
   * Returns true if nothing was done, because another poll with the same journal was in progress,
   * in this program or another one on this machine.
   */
  public boolean busy() {
    return busy;
  }

  /**
   * Returns what was done with each file, in the order of processing: {@link Kind#RENAMED} if it
   * was archived, {@link Kind#DELETED}, {@link Kind#COPIED} if it was handled and left where it is,
   * or {@link Kind#FAILED}. A failed file was moved to its target; if that is empty, the file is
   * where it was or is still claimed, and a later poll tries again. Files that an earlier poll had
   * handled and this one archived or deleted are included.
   */
  public List<FileOutcome> outcomes() {
    return outcomes;
  }

  /** Returns the outcomes of the files with a failure, in the same order. */
  public List<FileOutcome> failures() {
    return outcomes.stream().filter(outcome -> outcome.kind() == Kind.FAILED).toList();
  }

  /**
   * Returns the absolute paths of the files that a handler may have been given before: it was in
   * progress when a program was killed or interrupted, or another poller's claim was taken over.
   */
  public List<String> repeated() {
    return repeated;
  }

  /**
   * Returns what needs attention although nothing failed, such as a done file without its file. At
   * most 1,000 entries.
   */
  public List<String> warnings() {
    return warnings;
  }

  /** Returns the duration of the poll. */
  public Duration elapsed() {
    return elapsed;
  }

  /** Returns the counts, as in "3 handled, 1 failed, 2 waiting". */
  @Override
  public String toString() {
    return busy
        ? "busy"
        : String.format(
                Locale.ROOT, "%d handled, %d failed, %d waiting", handled, failed(), waiting)
            + (claimedByOthers == 0 ? "" : ", " + claimedByOthers + " claimed by others");
  }
}
