package io.github.jsftp.internal.reconnect;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.RemoteStore.OpenMode;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How to open a file once more: as it is, never emptied. One that has less than it had acknowledged
 * is not gone on with.
 */
final class FileReopener {
  private static final int OWNER_READS_AND_WRITES = 0600;

  private final RemoteStore store;
  private final String path;
  private final Set<OpenMode> modes;
  private final Attributes attributes;
  private final boolean isStripe;
  private final AtomicLong acknowledgedEnd = new AtomicLong(); // where the last write ends

  /**
   * Remembers how a file was opened.
   *
   * @param isStripe whether it is one of several, each on another channel
   */
  FileReopener(
      RemoteStore store,
      String path,
      Set<OpenMode> modes,
      Attributes attributes,
      boolean isStripe) {
    this.store = store;
    this.path = path;
    this.modes = EnumSet.copyOf(modes);
    this.modes.retainAll(Set.of(OpenMode.READ, OpenMode.WRITE));
    this.attributes = attributes;
    this.isStripe = isStripe;
  }

  /** Takes down up to where the file is written. May be called by any thread. */
  void recordAcknowledged(long end) {
    acknowledgedEnd.accumulateAndGet(end, Math::max);
  }

  /** Opens the file; fails if it has become shorter than what had arrived in it. */
  CompletableFuture<RemoteHandle> open() {
    return isWritten()
        ? openAgain()
            .exceptionallyCompose(this::openReadOnlyFile)
            .thenCompose(this::withSizeChecked)
        : openAgain();
  }

  /** Fails if what was written to a file that was closed with its line is not there. */
  CompletableFuture<Void> checkSize() {
    return isWritten()
        ? checkSizeOf(store.stat(path)).exceptionallyCompose(this::ignoreMissing)
        : CompletableFuture.completedFuture(null);
  }

  private boolean isWritten() {
    return modes.contains(OpenMode.WRITE);
  }

  private CompletableFuture<RemoteHandle> openAgain() {
    return isStripe
        ? store.openStripes(path, modes, Attributes.NONE, 1).get(0)
        : store.open(path, modes, Attributes.NONE);
  }

  /** Opens a file that is to be read-only in the end: its owner may still change that. */
  private CompletableFuture<RemoteHandle> openReadOnlyFile(Throwable failure) {
    Integer permissions = attributes.permissions();
    if (permissions == null || !(Await.cause(failure) instanceof PermissionDeniedException)) {
      return CompletableFuture.failedFuture(failure);
    }
    return store
        .setAttributes(path, Attributes.permissions(permissions | OWNER_READS_AND_WRITES))
        .thenCompose(set -> openAgain())
        .thenCompose(
            opened ->
                opened
                    .setAttributes(Attributes.permissions(permissions))
                    .handle((set, refused) -> opened));
  }

  private CompletableFuture<RemoteHandle> withSizeChecked(RemoteHandle opened) {
    return checkSizeOf(opened.stat())
        .<RemoteHandle>thenApply(there -> opened)
        .whenComplete(
            (there, failure) -> {
              if (failure != null) {
                opened.close();
              }
            });
  }

  private CompletableFuture<Void> checkSizeOf(CompletableFuture<FileInfo> query) {
    return query
        .exceptionallyCompose(
            failure ->
                Await.cause(failure) instanceof OperationNotSupportedException
                    ? store.stat(path)
                    : CompletableFuture.failedFuture(failure))
        .thenCompose(
            info -> {
              long acknowledged = acknowledgedEnd.get();
              boolean isComplete = info.size() < 0 || info.size() >= acknowledged;
              if (isComplete && (acknowledged == 0 || !EntryAttributes.of(info).isDevice())) {
                return CompletableFuture.completedFuture(null);
              }
              String problem =
                  "the server has only %d of the %d bytes that it had acknowledged"
                      .formatted(info.size(), acknowledged);
              return CompletableFuture.failedFuture(
                  new SftpException(store.details(path, problem), null));
            });
  }

  /** A file that is gone may have been taken away when it was closed; the next look will tell. */
  private CompletableFuture<Void> ignoreMissing(Throwable failure) {
    return Await.cause(failure) instanceof NoSuchPathException
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(failure);
  }
}
