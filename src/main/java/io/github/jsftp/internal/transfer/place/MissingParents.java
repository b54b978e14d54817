package io.github.jsftp.internal.transfer.place;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Creates the missing parent directories of remote targets. */
public final class MissingParents {
  private MissingParents() {}

  /**
   * Opens a file. If the options demand it and its directory is missing, creates the directory with
   * its parents and opens the file again.
   */
  public static <T> CompletableFuture<T> createFor(
      TransferCall call, String path, Supplier<CompletableFuture<T>> opening) {
    CompletableFuture<T> first = opening.get();
    if (!call.options().createParents()) {
      return first;
    }
    String dir = RemotePath.parent(path);
    return call.recover(
        first,
        refused ->
            call.then(
                isMissing(call, dir, refused),
                missing ->
                    missing
                        ? call.then(create(call, dir), created -> opening.get())
                        : CompletableFuture.failedFuture(refused)));
  }

  private static CompletableFuture<Boolean> isMissing(
      TransferCall call, String dir, Throwable refused) {
    return refused instanceof NoSuchPathException || !ServerErrors.isRefusal(refused)
        ? CompletableFuture.completedFuture(refused instanceof NoSuchPathException)
        : call.ifExists(call.store().stat(dir)).thenApply(found -> found.isEmpty());
  }

  /** Creates a directory and its missing parents. One created meanwhile by others is fine. */
  public static CompletableFuture<Void> create(TransferCall call, String dir) {
    return call.recover(
        call.store().mkdir(dir, AttributeChanges.NONE),
        refused -> {
          if (refused instanceof PathExistsException) {
            return checkDirectory(call, dir);
          } else if (refused instanceof NoSuchPathException && dir.length() > 1) {
            return call.then(
                create(call, RemotePath.parent(dir)),
                created ->
                    call.recover(
                        call.store().mkdir(dir, AttributeChanges.NONE),
                        again ->
                            again instanceof PathExistsException
                                ? checkDirectory(call, dir)
                                : CompletableFuture.failedFuture(again)));
          }
          return CompletableFuture.failedFuture(refused);
        });
  }

  private static CompletableFuture<Void> checkDirectory(TransferCall call, String dir) {
    return call.then(
        call.store().stat(dir),
        info ->
            info.isDir()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(
                    Results.NEW.notADirectoryException(
                        call.store().details(dir, "is not a directory"), null)));
  }
}
