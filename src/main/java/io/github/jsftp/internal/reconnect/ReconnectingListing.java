package io.github.jsftp.internal.reconnect;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.remote.RemoteListing;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A directory being listed that is opened again after a lost line. Whoever has had entries already
 * is told that they begin anew.
 */
final class ReconnectingListing implements RemoteListing {
  private final ReconnectingStore store;
  private final String dir;
  private volatile RemoteListing listing;
  private long given; // since it was opened last
  private long most; // at any time before
  private volatile boolean closed;

  ReconnectingListing(ReconnectingStore store, String dir, RemoteListing listing) {
    this.store = store;
    this.dir = dir;
    this.listing = listing;
  }

  @Override
  public CompletableFuture<List<FileInfo>> next() {
    return store.prepare(
        dir,
        lost -> {
          if (lost == null) {
            return listing.next().thenApply(this::given);
          }
          return store
              .inner()
              .list(dir)
              .thenCompose(
                  again -> {
                    listing = again;
                    if (closed) {
                      again.close();
                      return CompletableFuture.failedFuture(lost);
                    }
                    if (given == 0) {
                      return again.next().thenApply(this::given);
                    }
                    given = 0;
                    return CompletableFuture.failedFuture(new StartedOver(lost));
                  });
        });
  }

  private List<FileInfo> given(List<FileInfo> batch) {
    given += batch.size();
    if (given > most || batch.isEmpty()) {
      most = given;
      store.gate().answered(true);
    }
    return batch;
  }

  @Override
  public void close() {
    closed = true;
    listing.close();
  }
}
