package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.OnError;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.OutcomeQueue.Slot;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.source.SourceTree;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts the results for the entries of a tree and describes them. Used on the call's thread only.
 */
final class TreeReport {
  private static final int MAX_FAILURES = 1000;
  private static final int MAX_NAMED_FAILURES = 3;

  private final TransferCall call;
  private final SourceTree source;
  private final TreePaths paths;
  private final TreeMap<String, FileOutcome> failures = new TreeMap<>();
  private final List<PlannedChange> plan = new ArrayList<>();
  private long transferred;
  private long skipped;
  private long deleted;
  private long failed;
  private long bytes;

  TreeReport(TransferCall call, SourceTree source, TreePaths paths) {
    this.call = call;
    this.source = source;
    this.paths = paths;
  }

  /** Counts a copied file. */
  void copied(Slot slot, TreeEntry entry, long size) {
    transferred++;
    bytes += size;
    add(slot, Kind.COPIED, entry, size, null);
  }

  /** Counts a created link. */
  void linked(Slot slot, TreeEntry entry, String text) {
    transferred++;
    add(slot, Kind.LINKED, entry, 0, text);
  }

  /** Counts a skipped entry. */
  void skipped(Slot slot, TreeEntry entry) {
    skipped++;
    add(slot, Kind.SKIPPED, entry, 0, null);
  }

  /** Reports a new directory. */
  void created(Slot slot, TreeEntry directory) {
    add(slot, Kind.CREATED, directory, 0, null);
  }

  /** Counts a deleted entry of the target. */
  void deleted(Slot slot, String path, Supplier<? extends @Nullable FileInfo> info) {
    deleted++;
    add(slot, Kind.DELETED, path, "", info, 0, null);
  }

  /**
   * Records the failure of an entry. Returns false if the call can't continue after it.
   *
   * @param path the path relative to the root of the tree
   * @param entry the entry, or null if its attributes are unknown
   */
  boolean record(Slot slot, String path, @Nullable TreeEntry entry, Throwable failure) {
    IOException cause = entryFailure(failure);
    if (cause == null) {
      return false;
    }
    FileInfo info = entry == null ? null : source.info(entry);
    FileOutcome outcome =
        Results.NEW.fileOutcome(
            Kind.FAILED, path, paths.source(path), paths.target(path), info, 0, null, cause);
    boolean isNew = failures.putIfAbsent(path, outcome) == null;
    if (isNew && call.outcomes().isWanted()) {
      slot.add(outcome);
    }
    if (call.options().onError() == OnError.ABORT) {
      return false;
    }
    failed += isNew ? 1 : 0;
    if (failures.size() > MAX_FAILURES) {
      failures.pollLastEntry();
    }
    return true;
  }

  /** Returns true if the call can continue after a failure. */
  boolean isRecoverable(Throwable failure) {
    return call.options().onError() == OnError.CONTINUE && entryFailure(failure) != null;
  }

  /** Returns true if an entry has failed. */
  boolean hasFailures() {
    return failed > 0;
  }

  /** Returns the result so far. */
  TreeResult result() {
    plan.sort(Comparator.comparing(PlannedChange::order).thenComparing(PlannedChange::rank));
    return Results.NEW.treeResult(
        transferred,
        skipped,
        deleted,
        failed,
        List.copyOf(failures.values()),
        bytes,
        call.attempts().count(),
        call.attempts().bytesSentAgain(),
        call.meter().elapsed(),
        call.warnings(),
        plan.stream().map(PlannedChange::outcome).toList());
  }

  /**
   * Returns the exception for a tree with failed entries.
   *
   * @param extraneousKept whether extraneous entries were kept because of the failures
   */
  TransferException failure(boolean extraneousKept) {
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
        failures.firstEntry().getValue().failure().orElseThrow());
  }

  /** Returns the exception for a source with nothing to copy, which would empty the target. */
  TransferException emptySource() {
    var details =
        call.store()
            .details(
                paths.remote(),
                paths.source()
                    + " has nothing to copy, and deleteExtraneous would empty "
                    + paths.target()
                    + "; allowEmptySource(true) permits that");
    return Results.NEW.transferException(
        details, paths.source(), paths.target(), 0, call.attempts().count(), null, null);
  }

  /**
   * Returns the failure of a file whose time is unknown.
   *
   * @param option the option that needs the time
   */
  SftpException unknownTime(TreeEntry entry, String option) {
    String problem =
        "the server does not tell when it was last modified, which " + option + " needs to know";
    return Results.NEW.sftpException(call.store().details(source.path(entry), problem), null);
  }

  private @Nullable IOException entryFailure(Throwable failure) {
    if (failure instanceof IllegalArgumentException unencodable) {
      // The name has characters that the server's charset lacks.
      return new IOException(unencodable.getMessage(), unencodable);
    }
    return failure instanceof IOException cause && !ServerErrors.endsCall(cause) ? cause : null;
  }

  private void add(Slot slot, Kind kind, TreeEntry entry, long size, @Nullable String linkText) {
    String path = entry.relative();
    add(slot, kind, path, paths.source(path), () -> source.info(entry), size, linkText);
  }

  private void add(
      Slot slot,
      Kind kind,
      String path,
      String from,
      Supplier<? extends @Nullable FileInfo> info,
      long size,
      @Nullable String linkText) {
    boolean isPlanned = call.options().dryRun() && kind != Kind.SKIPPED;
    if (!isPlanned && !call.outcomes().isWanted()) {
      return;
    }
    FileOutcome outcome =
        Results.NEW.fileOutcome(
            kind, path, from, paths.target(path), info.get(), size, linkText, null);
    slot.add(outcome);
    if (isPlanned) {
      plan.add(new PlannedChange(path.replace('/', '\0'), kind == Kind.DELETED ? 0 : 1, outcome));
    }
  }

  /**
   * A change in the plan.
   *
   * @param order a sort key that puts the content of a directory right behind the directory
   * @param rank the order of changes of the same path
   */
  private record PlannedChange(String order, int rank, FileOutcome outcome) {}
}
