package io.github.jsftp.internal.file;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.RemoteStore.OpenMode;
import io.github.jsftp.internal.remote.Retold;
import io.github.jsftp.internal.remote.ServerErrors;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * An open file that is lost with the line under it, for good: what was written may have arrived or
 * not, and writing it again at the end of the file would double it. Its failures say so.
 */
public final class FragileHandle implements RemoteHandle {
  private final RemoteStore store;
  private final RemoteHandle handle;

  public FragileHandle(RemoteStore store, RemoteHandle handle) {
    this.store = store;
    this.handle = handle;
  }

  private <T> CompletableFuture<T> worded(CompletableFuture<T> outcome) {
    return outcome.exceptionallyCompose(
        failure -> CompletableFuture.failedFuture(worded(Await.cause(failure))));
  }

  private Throwable worded(Throwable failure) {
    return failure instanceof SftpException lost && ServerErrors.isLost(lost) && !store.isClosed()
        ? Retold.saying(lost.details().problem() + "; the file must be opened anew", lost)
        : failure;
  }

  @Override
  public int requestSize() {
    return handle.requestSize();
  }

  @Override
  public int maxInFlight() {
    return handle.maxInFlight();
  }

  @Override
  public CompletableFuture<Integer> read(long offset, ByteBuffer into) {
    return worded(handle.read(offset, into));
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    return worded(handle.write(offset, from));
  }

  @Override
  public CompletableFuture<FileInfo> stat() {
    return worded(handle.stat());
  }

  @Override
  public CompletableFuture<Void> setAttributes(Attributes attributes) {
    return worded(handle.setAttributes(attributes));
  }

  @Override
  public CompletableFuture<Void> fsync() {
    return worded(handle.fsync());
  }

  @Override
  public CompletableFuture<RemoteHandle> openOnSameChannel(
      String path, Set<OpenMode> modes, Attributes attributes) {
    return handle.openOnSameChannel(path, modes, attributes);
  }

  @Override
  public CompletableFuture<Void> copyData(
      long offset, long length, RemoteHandle target, long targetOffset) {
    return handle.copyData(offset, length, target, targetOffset);
  }

  @Override
  public CompletableFuture<Void> close() {
    return worded(handle.close());
  }
}
