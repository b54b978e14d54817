package io.github.jsftp.internal.inbox;

import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one poll has done so far. */
public final class PollResult {
  private static final int MAX_WARNINGS = 1000;

  final List<FileOutcome> outcomes = new ArrayList<>();
  final List<String> repeated = new ArrayList<>();
  final List<String> warnings = new ArrayList<>();
  int handled;
  int waiting;
  int claimedByOthers;
  boolean busy;

  /** Returns what was done with each file, in order. */
  public List<FileOutcome> outcomes() {
    return outcomes;
  }

  /** Returns the paths of the files that a handler may have been given before. */
  public List<String> repeated() {
    return repeated;
  }

  /** Returns what needs attention although nothing failed. */
  public List<String> warnings() {
    return warnings;
  }

  /** Returns the number of files whose handler returned normally. */
  public int handled() {
    return handled;
  }

  /** Returns the number of files that are not complete. */
  public int waiting() {
    return waiting;
  }

  /** Returns the number of files that other pollers have claimed. */
  public int claimedByOthers() {
    return claimedByOthers;
  }

  /** Returns true if nothing was done since another poll was running. */
  public boolean busy() {
    return busy;
  }

  void add(
      FileOutcome.Kind kind,
      String name,
      String source,
      String target,
      @Nullable FileInfo info,
      @Nullable IOException failure) {
    long bytes = kind == FileOutcome.Kind.COPIED && info != null ? Math.max(0, info.size()) : 0;
    outcomes.add(Results.NEW.fileOutcome(kind, name, source, target, info, bytes, null, failure));
  }

  /** Reports a failure that concerns one file, and throws any other. */
  void fail(String name, String path, @Nullable FileInfo info, IOException failure)
      throws IOException {
    if (failure instanceof SftpException && !ServerErrors.isRefusal(failure)) {
      throw failure;
    }
    add(FileOutcome.Kind.FAILED, name, path, "", info, failure);
  }

  /** Counts a file whose content was not what the listing said. */
  void waits(FileInfo info) {
    waiting++;
    if (info.size() == 0) {
      warn(info.name() + ": waits, since it has content although the server reports size 0");
    }
  }

  /** Reports why a handler failed if the file can't be moved, which is the failure reported. */
  void warnOfHandler(@Nullable Claim claim) {
    if (claim != null && claim.outcome == Claim.Outcome.FAILED) {
      warn(claim.name + ": its handler failed before: " + claim.reason);
    }
  }

  void warn(String warning) {
    if (warnings.size() < MAX_WARNINGS) {
      warnings.add(Printable.of(warning));
    }
  }
}
