package io.github.jsftp.internal.transfer;

import io.github.jsftp.FileInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Makes a stream of a directory's entries that never holds more than a few answers. */
final class ListingStream extends AbstractSpliterator<FileInfo> {
  private final RemoteListing listing;
  private Iterator<FileInfo> batch = List.<FileInfo>of().iterator();
  private boolean ended;

  private ListingStream(RemoteListing listing) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.listing = listing;
  }

  /** Opens a directory; the stream must be closed. */
  static Stream<FileInfo> open(RemoteStore store, String dir) throws IOException {
    CompletableFuture<RemoteListing> opening = store.list(dir);
    RemoteListing listing;
    try {
      listing = Await.result(opening);
    } catch (IOException | RuntimeException e) {
      opening.thenAccept(RemoteListing::close);
      throw e;
    }
    return StreamSupport.stream(new ListingStream(listing), false).onClose(listing::close);
  }

  @Override
  public boolean tryAdvance(Consumer<? super FileInfo> action) {
    if (!batch.hasNext() && !ended) {
      try {
        batch = Await.result(listing.next()).iterator();
      } catch (IOException e) {
        ended = true;
        listing.close();
        throw new UncheckedIOException(e);
      }
      ended = !batch.hasNext();
    }
    if (ended) {
      return false;
    }
    action.accept(batch.next());
    return true;
  }
}
