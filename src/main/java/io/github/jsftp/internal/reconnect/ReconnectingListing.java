package io.github.jsftp.internal.reconnect;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.RemoteListing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A listing that is restarted after a lost connection, and after an entry has vanished: Apache MINA
 * then refuses to read on. If the caller has already received entries, it is notified of the
 * restart.
 */
final class ReconnectingListing implements RemoteListing {
  /** The number of restarts for vanished entries, in case the server always refuses to read on. */
  private static final int MAX_RESTARTS = 20;

  private final ReconnectingStore store;
  private final String dir;
  private volatile RemoteListing listing;
  private long delivered; // entries since the directory was last opened
  private long maxDelivered; // the maximum of delivered so far
  private int restarts; // for vanished entries
  private volatile boolean closed;

  ReconnectingListing(ReconnectingStore store, String dir, RemoteListing listing) {
    this.store = store;
    this.dir = dir;
    this.listing = listing;
  }

  @Override
  public CompletableFuture<List<FileInfo>> next() {
    return store.sendPreparatory(dir, lost -> lost == null ? read() : restart(lost));
  }

  private CompletableFuture<List<FileInfo>> read() {
    return listing
        .next()
        .thenApply(this::recordDelivered)
        .exceptionallyCompose(
            failure ->
                Await.cause(failure) instanceof NoSuchPathException vanished
                        && restarts++ < MAX_RESTARTS
                    ? restart(vanished)
                    : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<List<FileInfo>> restart(Throwable cause) {
    return store
        .delegate()
        .list(dir)
        .thenCompose(
            reopened -> {
              listing = reopened;
              if (closed) {
                reopened.close();
                return CompletableFuture.failedFuture(cause);
              }
              if (delivered == 0) {
                return read();
              }
              delivered = 0;
              return CompletableFuture.failedFuture(new RestartedException(cause));
            });
  }

  private List<FileInfo> recordDelivered(List<FileInfo> batch) {
    delivered += batch.size();
    if (delivered > maxDelivered || batch.isEmpty()) {
      maxDelivered = delivered;
      store.gate().onReply(true);
    }
    return batch;
  }

  @Override
  public Map<String, SftpException> unsafeNames() {
    return listing.unsafeNames();
  }

  @Override
  public void close() {
    closed = true;
    listing.close();
  }
}
