package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteListing.RestartedException;
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

/** A stream of the entries of a directory that holds only a few responses in memory. */
final class ListingStream extends AbstractSpliterator<FileInfo> {
  private final EventLoop loop;
  private final RemoteListing listing;
  private Iterator<FileInfo> batch = List.<FileInfo>of().iterator();
  private boolean ended;

  private ListingStream(EventLoop loop, RemoteListing listing) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.loop = loop;
    this.listing = listing;
  }

  /** Opens a directory. The stream must be closed. */
  static Stream<FileInfo> open(RemoteCall call, String dir) throws IOException {
    CompletableFuture<RemoteListing> opening = call.store().list(dir);
    RemoteListing listing;
    try {
      listing = call.await(opening);
    } catch (IOException | RuntimeException e) {
      opening.thenAccept(RemoteListing::close);
      throw e;
    }
    return StreamSupport.stream(new ListingStream(call.loop(), listing), false)
        .onClose(listing::close);
  }

  @Override
  public boolean tryAdvance(Consumer<? super FileInfo> action) {
    if (!batch.hasNext() && !ended) {
      try {
        batch = loop.run(listing.next()).iterator();
      } catch (RestartedException e) {
        throw ended(Await.failure(e.lost())); // delivered entries can't be withdrawn
      } catch (IOException e) {
        throw ended(e);
      }
      ended = !batch.hasNext();
    }
    if (ended) {
      return false;
    }
    action.accept(batch.next());
    return true;
  }

  private UncheckedIOException ended(IOException failure) {
    ended = true;
    listing.close();
    return new UncheckedIOException(failure);
  }
}
