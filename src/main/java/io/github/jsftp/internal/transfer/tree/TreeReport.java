package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions.OnError;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts the results for the entries of a tree and describes them. Used on the call's thread only.
 */
final class TreeReport {
  private static final int MAX_FAILURES = 1000;
  private static final int MAX_NAMED_FAILURES = 3;

  private final TransferCall call;
  private final TreeMap<String, IOException> failures = new TreeMap<>();
  private final List<PlannedChange> plan = new ArrayList<>();
  private long transferred;
  private long skipped;
  private long deleted;
  private long failed;
  private long bytes;

  TreeReport(TransferCall call) {
    this.call = call;
  }

  /** Counts a file, as skipped if its size is -1. */
  void copied(String path, long size) {
    if (size < 0) {
      skipped++;
      return;
    }
    transferred++;
    bytes += size;
    String unit = size == 1 ? "byte" : "bytes";
    plan(path, Action.COPY, String.format(Locale.ROOT, "%s (%,d %s)", path, size, unit));
  }

  /** Counts a created link. */
  void linked(String path, String text) {
    transferred++;
    plan(path, Action.LINK, path + " -> " + text);
  }

  /** Counts a skipped entry. */
  void skipped() {
    skipped++;
  }

  /** Counts a deleted entry of the target. */
  void deleted(String path, boolean isDirectory) {
    deleted++;
    plan(path, Action.DELETE, isDirectory ? path + "/" : path);
  }

  /** Adds a new directory to the plan. */
  void created(String path) {
    plan(path, Action.MAKE, path.isEmpty() ? "./" : path + "/");
  }

  /** Records a failure if the call can continue after it. Returns false otherwise. */
  boolean record(String path, Throwable failure) {
    IOException cause = entryFailure(failure);
    if (cause == null) {
      return false;
    }
    if (failures.putIfAbsent(path, cause) == null) {
      failed++;
    }
    if (failures.size() > MAX_FAILURES) {
      failures.pollLastEntry();
    }
    return true;
  }

  /** Returns true if the call can continue after a failure. */
  boolean isRecoverable(Throwable failure) {
    return entryFailure(failure) != null;
  }

  /** Returns true if an entry has failed. */
  boolean hasFailures() {
    return failed > 0;
  }

  /** Returns the result so far. */
  TreeResult result() {
    plan.sort(Comparator.comparing(PlannedChange::order).thenComparing(PlannedChange::action));
    return Results.NEW.treeResult(
        transferred,
        skipped,
        deleted,
        failed,
        failures.entrySet().stream()
            .map(e -> Results.NEW.treeFailure(e.getKey(), e.getValue()))
            .toList(),
        bytes,
        call.attempts().count(),
        call.attempts().bytesSentAgain(),
        call.meter().elapsed(),
        call.warnings(),
        plan.stream().map(PlannedChange::text).toList());
  }

  /**
   * Returns the exception for a tree with failed entries.
   *
   * @param extraneousKept whether extraneous entries were kept because of the failures
   */
  TransferException failure(TreePaths paths, boolean extraneousKept) {
    String named =
        failures.keySet().stream().limit(MAX_NAMED_FAILURES).collect(Collectors.joining(", "));
    String more =
        failed > MAX_NAMED_FAILURES
            ? String.format(Locale.ROOT, " and %,d more", failed - MAX_NAMED_FAILURES)
            : "";
    String problem =
        String.format(
            Locale.ROOT,
            "%,d of %,d failed: %s%s%s",
            failed,
            transferred + skipped + deleted + failed,
            named,
            more,
            extraneousKept && call.options().deleteExtraneous()
                ? "; extraneous entries were not deleted"
                : "");
    return Results.NEW.transferException(
        call.store().details(paths.remote(), problem),
        paths.source(),
        paths.target(),
        bytes,
        call.attempts().count(),
        result(),
        failures.firstEntry().getValue());
  }

  private @Nullable IOException entryFailure(Throwable failure) {
    if (call.options().onError() == OnError.ABORT) {
      return null;
    } else if (failure instanceof IllegalArgumentException unencodable) {
      // The name has characters that the server's charset lacks.
      return new IOException(unencodable.getMessage(), unencodable);
    }
    return failure instanceof IOException cause && !ServerErrors.endsCall(cause) ? cause : null;
  }

  private void plan(String path, Action action, String text) {
    if (call.options().dryRun()) {
      plan.add(
          new PlannedChange(path.replace('/', '\0'), action, action.word + Printable.of(text)));
    }
  }

  /** A change of a path, in the order in which changes are made. */
  private enum Action {
    DELETE("delete "),
    MAKE("make "),
    COPY("copy "),
    LINK("link ");

    final String word;

    Action(String word) {
      this.word = word;
    }
  }

  /**
   * A line of the plan.
   *
   * @param order a sort key that puts the content of a directory right behind the directory
   */
  private record PlannedChange(String order, Action action, String text) {}
}
