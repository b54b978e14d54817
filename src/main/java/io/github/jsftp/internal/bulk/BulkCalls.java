package io.github.jsftp.internal.bulk;

import io.github.jsftp.BulkResult;
import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.OnError;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.directory.LoggedCalls;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls with many paths. Each path gets the same request, and fails in the same words, as in a call
 * for it alone. Every method blocks until all replies have arrived. Safe for use by several
 * threads.
 */
public final class BulkCalls {
  private final LoggedCalls calls;

  /**
   * Creates calls on a store.
   *
   * @param backoff the pauses between retries after a lost connection
   * @param operations logs each call
   */
  public BulkCalls(RemoteStore store, Backoff backoff, OperationLog operations) {
    calls = new LoggedCalls(store, backoff, operations);
  }

  /**
   * Deletes files and links.
   *
   * @throws IllegalArgumentException if a path is given twice, or is below another one
   */
  public BulkResult remove(GivenPaths paths, OnError onError) throws IOException {
    Objects.requireNonNull(onError, "onError");
    paths.checkDistinct();
    paths.checkNotNested("removeAll deletes no directories, rmtree does");
    return calls.supply(
        "removeAll",
        paths.summary(),
        call -> {
          RemoteStore store = call.store();
          if (onError == OnError.ABORT) {
            checkNoDirectories(store, paths);
          }
          return new BulkRun(call, paths, null, Kind.DELETED, onError)
              .run(
                  SendingOrder.asGiven(paths.size()),
                  i ->
                      isKnownDirectory(paths.info(i))
                          ? CompletableFuture.failedFuture(isDirectory(store, paths, i))
                          : orDirectory(store, paths.absolute(i))
                              .thenCompose(checked -> store.remove(paths.absolute(i)))
                              .thenApply(done -> null));
        });
  }

  /** Refuses entries that are known to be directories before anything is deleted. */
  private static void checkNoDirectories(RemoteStore store, GivenPaths paths) throws IOException {
    for (int i = 0; i < paths.size(); i++) {
      if (isKnownDirectory(paths.info(i))) {
        throw isDirectory(store, paths, i);
      }
    }
  }

  private static boolean isKnownDirectory(@Nullable FileInfo info) {
    return info != null && info.isDir();
  }

  private static SftpException isDirectory(RemoteStore store, GivenPaths paths, int index) {
    return Results.NEW.sftpException(store.details(paths.absolute(index), "is a directory"), null);
  }

  /**
   * Renames files and directories; none replaces an existing entry.
   *
   * @throws IllegalArgumentException if the names contradict each other
   */
  public BulkResult rename(Renames renames, OnError onError) throws IOException {
    Objects.requireNonNull(onError, "onError");
    SendingOrder order = renames.order();
    GivenPaths from = renames.from();
    GivenPaths to = renames.to();
    return calls.supply(
        "renameAll",
        from.summary(),
        call ->
            new BulkRun(call, from, to, Kind.RENAMED, onError)
                .run(
                    order,
                    i ->
                        orDirectory(call.store(), renames.checked(i))
                            .thenCompose(
                                checked ->
                                    call.store().rename(renames.source(i), renames.target(i)))
                            .thenApply(done -> null)));
  }

  /**
   * Sets attributes of files and directories. A directory and what is below it are changed in the
   * order given.
   *
   * @throws IllegalArgumentException if a path is given twice
   */
  public BulkResult setAttributes(
      String operation, GivenPaths paths, AttributeChanges attributes, OnError onError)
      throws IOException {
    Objects.requireNonNull(onError, "onError");
    paths.checkDistinct();
    return calls.supply(
        operation,
        paths.summary(),
        call ->
            new BulkRun(call, paths, null, Kind.CHANGED, onError)
                .run(
                    SendingOrder.ofNested(paths),
                    i ->
                        call.store()
                            .setAttributes(paths.absolute(i), attributes)
                            .thenApply(done -> null)));
  }

  /** Returns the attributes of files and directories, in the order given. Links are followed. */
  public List<FileInfo> stat(GivenPaths paths, OnError onError) throws IOException {
    Objects.requireNonNull(onError, "onError");
    return calls.supply(
        "statAll",
        paths.summary(),
        call ->
            new BulkRun(call, paths, null, Kind.FOUND, onError)
                    .run(
                        SendingOrder.asGiven(paths.size()),
                        i -> stat(call.store(), paths.absolute(i)))
                    .outcomes()
                    .stream()
                    .flatMap(outcome -> outcome.info().stream())
                    .toList());
  }

  private static CompletableFuture<FileInfo> stat(RemoteStore store, String path) {
    return store
        .stat(path)
        .thenCompose(
            info ->
                ServerErrors.isNoDirectory(path, info)
                    ? CompletableFuture.failedFuture(
                        Results.NEW.notADirectoryException(
                            store.details(path, "is not a directory"), null))
                    : CompletableFuture.completedFuture(info));
  }

  /** Checks that a path that ends in "/." is a directory; sends nothing for other paths. */
  private static CompletableFuture<?> orDirectory(RemoteStore store, String path) {
    return path.endsWith("/.") ? stat(store, path) : CompletableFuture.completedFuture(true);
  }
}
