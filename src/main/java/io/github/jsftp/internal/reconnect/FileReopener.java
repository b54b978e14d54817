package io.github.jsftp.internal.reconnect;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.results.Results;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reopens a file after a lost connection, without truncating it. If the file is now shorter than
 * the acknowledged writes, the call fails.
 */
final class FileReopener {
  private static final int OWNER_READS_AND_WRITES = 0600;

  private final RemoteStore store;
  private final String path;
  private final Set<OpenFlag> flags;
  private final AttributeChanges attributes;
  private final boolean isStripe;
  private final AtomicLong acknowledgedEnd =
      new AtomicLong(); // the end offset of the highest acknowledged write

  /**
   * Stores how the file was opened.
   *
   * @param isStripe whether the file is opened several times, each time on another channel
   */
  FileReopener(
      RemoteStore store,
      String path,
      Set<OpenFlag> flags,
      AttributeChanges attributes,
      boolean isStripe) {
    this.store = store;
    this.path = path;
    this.flags = EnumSet.copyOf(flags);
    this.flags.retainAll(Set.of(OpenFlag.READ, OpenFlag.WRITE));
    this.attributes = attributes;
    this.isStripe = isStripe;
  }

  /** Records the end offset of an acknowledged write. May be called by any thread. */
  void recordAcknowledged(long end) {
    acknowledgedEnd.accumulateAndGet(end, Math::max);
  }

  /** Reopens the file; fails if it is shorter than the acknowledged writes. */
  CompletableFuture<RemoteHandle> open() {
    return isWritten()
        ? openAgain()
            .exceptionallyCompose(this::openReadOnlyFile)
            .thenCompose(this::withSizeChecked)
        : openAgain();
  }

  /**
   * Checks the size of a file that was closed by the loss of its connection. Fails if it is shorter
   * than the acknowledged writes.
   */
  CompletableFuture<Void> checkSize() {
    return isWritten()
        ? checkSizeOf(store.stat(path)).exceptionallyCompose(this::ignoreMissing)
        : CompletableFuture.completedFuture(null);
  }

  private boolean isWritten() {
    return flags.contains(OpenFlag.WRITE);
  }

  private CompletableFuture<RemoteHandle> openAgain() {
    return isStripe
        ? store.openStripes(path, flags, AttributeChanges.NONE, 1).get(0)
        : store.open(path, flags, AttributeChanges.NONE);
  }

  /** Reopens a file whose final permissions do not allow it, by setting them temporarily. */
  private CompletableFuture<RemoteHandle> openReadOnlyFile(Throwable failure) {
    Integer permissions = attributes.permissions();
    if (permissions == null || !(Await.cause(failure) instanceof PermissionDeniedException)) {
      return CompletableFuture.failedFuture(failure);
    }
    return store
        .setAttributes(path, AttributeChanges.permissions(permissions | OWNER_READS_AND_WRITES))
        .thenCompose(set -> openAgain())
        .thenCompose(
            opened ->
                opened
                    .setAttributes(AttributeChanges.permissions(permissions))
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
              boolean isComplete = !info.hasSize() || info.size() >= acknowledged;
              if (isComplete && (acknowledged == 0 || !FileAttributes.of(info).isDevice())) {
                return CompletableFuture.completedFuture(null);
              }
              String problem =
                  String.format(
                      Locale.ROOT,
                      "the server has only %d of the %d bytes that it had acknowledged",
                      info.size(),
                      acknowledged);
              return CompletableFuture.failedFuture(
                  Results.NEW.sftpException(store.details(path, problem), null));
            });
  }

  /**
   * Ignores a missing file: closing may have moved it away. The next step will detect a real loss.
   */
  private CompletableFuture<Void> ignoreMissing(Throwable failure) {
    return Await.cause(failure) instanceof NoSuchPathException
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(failure);
  }
}
