package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions.OnError;
import io.github.jsftp.TreeResult;
import io.github.jsftp.TreeResult.Failure;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts what becomes of a tree's entries, and words it. Used on the call's thread only. */
final class TreeReport {
  private static final int MOST_FAILURES = 1000;
  private static final int NAMED_FAILURES = 3;

  private final TransferCall call;
  private final TreeMap<String, IOException> failures = new TreeMap<>();
  private final List<Step> plan = new ArrayList<>();
  private long transferred;
  private long skipped;
  private long deleted;
  private long failed;
  private long bytes;

  TreeReport(TransferCall call) {
    this.call = call;
  }

  /** Counts a file, which the options left out if it has -1 bytes. */
  void copied(String path, long size) {
    if (size < 0) {
      skipped++;
      return;
    }
    transferred++;
    bytes += size;
    String unit = size == 1 ? "byte" : "bytes";
    plan(path, Verb.COPY, String.format(Locale.ROOT, "%s (%,d %s)", path, size, unit));
  }

  /** Counts a link. */
  void linked(String path, String text) {
    transferred++;
    plan(path, Verb.LINK, path + " -> " + text);
  }

  /** Counts an entry that is left out. */
  void skipped() {
    skipped++;
  }

  /** Counts an entry of the target that is gone. */
  void deleted(String path, boolean isDirectory) {
    deleted++;
    plan(path, Verb.DELETE, isDirectory ? path + "/" : path);
  }

  /** Takes down that a directory is new. */
  void made(String path) {
    plan(path, Verb.MAKE, path.isEmpty() ? "./" : path + "/");
  }

  /** Takes a failure down if the call can go on after it; says whether that is so. */
  boolean accepts(String path, Throwable failure) {
    IOException cause = ofOneEntry(failure);
    if (cause == null) {
      return false;
    }
    if (failures.putIfAbsent(path, cause) == null) {
      failed++;
    }
    if (failures.size() > MOST_FAILURES) {
      failures.pollLastEntry();
    }
    return true;
  }

  /** Says whether the call can go on after a failure. */
  boolean isPassable(Throwable failure) {
    return ofOneEntry(failure) != null;
  }

  /** Says whether something has failed. */
  boolean hasFailures() {
    return failed > 0;
  }

  /** Returns what became of it all. */
  TreeResult result() {
    plan.sort(Comparator.comparing(Step::order).thenComparing(Step::verb));
    return new TreeResult(
        transferred,
        skipped,
        deleted,
        failed,
        failures.entrySet().stream().map(e -> new Failure(e.getKey(), e.getValue())).toList(),
        bytes,
        call.attempts().count(),
        call.attempts().bytesSentAgain(),
        call.meter().elapsed(),
        call.warnings(),
        plan.stream().map(Step::text).toList());
  }

  /**
   * Returns the exception for a tree in which something has failed.
   *
   * @param spares whether what is extraneous was not deleted therefore
   */
  TransferException failure(TreePaths paths, boolean spares) {
    String named =
        failures.keySet().stream().limit(NAMED_FAILURES).collect(Collectors.joining(", "));
    String more =
        failed > NAMED_FAILURES
            ? String.format(Locale.ROOT, " and %,d more", failed - NAMED_FAILURES)
            : "";
    String problem =
        String.format(
            Locale.ROOT,
            "%,d of %,d failed: %s%s%s",
            failed,
            transferred + skipped + deleted + failed,
            named,
            more,
            spares && call.options().deleteExtraneous() ? "; what is extraneous stays" : "");
    return new TransferException(
        call.store().details(paths.remote(), problem),
        paths.source(),
        paths.target(),
        bytes,
        call.attempts().count(),
        result(),
        failures.firstEntry().getValue());
  }

  private @Nullable IOException ofOneEntry(Throwable failure) {
    if (call.options().onError() == OnError.ABORT) {
      return null;
    } else if (failure instanceof IllegalArgumentException unsayable) {
      // A name that the server's charset can't write.
      return new IOException(unsayable.getMessage(), unsayable);
    }
    return failure instanceof IOException cause && !ServerErrors.endsCall(cause) ? cause : null;
  }

  private void plan(String path, Verb verb, String text) {
    if (call.options().dryRun()) {
      plan.add(new Step(path.replace('/', '\0'), verb, verb.word + Printable.of(text)));
    }
  }

  /** What is done to a path, in the order in which it is done. */
  private enum Verb {
    DELETE("delete "),
    MAKE("make "),
    COPY("copy "),
    LINK("link ");

    final String word;

    Verb(String word) {
      this.word = word;
    }
  }

  /**
   * A line of the plan.
   *
   * @param order the path, written so that what is in a directory follows it at once
   */
  private record Step(String order, Verb verb, String text) {}
}
