package io.github.jsftp.internal.reconnect;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.remote.RemoteListing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A listing that is restarted after a lost connection. If the caller has already received entries,
 * it is notified of the restart.
 */
final class ReconnectingListing implements RemoteListing {
  private final ReconnectingStore store;
  private final String dir;
  private volatile RemoteListing listing;
  private long delivered; // entries since the directory was last opened
  private long maxDelivered; // the maximum of delivered so far
  private volatile boolean closed;

  ReconnectingListing(ReconnectingStore store, String dir, RemoteListing listing) {
    this.store = store;
    this.dir = dir;
    this.listing = listing;
  }

  @Override
  public CompletableFuture<List<FileInfo>> next() {
    return store.sendPreparatory(
        dir,
        lost -> {
          if (lost == null) {
            return listing.next().thenApply(this::recordDelivered);
          }
          return store
              .delegate()
              .list(dir)
              .thenCompose(
                  reopened -> {
                    listing = reopened;
                    if (closed) {
                      reopened.close();
                      return CompletableFuture.failedFuture(lost);
                    }
                    if (delivered == 0) {
                      return reopened.next().thenApply(this::recordDelivered);
                    }
                    delivered = 0;
                    return CompletableFuture.failedFuture(new RestartedException(lost));
                  });
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
