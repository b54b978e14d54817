package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteListing.RestartedException;
import io.github.jsftp.internal.remote.RemoteStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads whole directories, several at a time. For use on one event loop. */
public final class DirectoryReader implements AutoCloseable {
  private final RemoteStore store;
  private final EventLoop loop;
  private final RequestLimiter limiter;
  private final Set<DirectoryRead<?>> open = new HashSet<>();
  private boolean closed;

  /** Creates a reader without a limit of concurrent reads. */
  DirectoryReader(RemoteStore store, EventLoop loop) {
    this(store, loop, new RequestLimiter(loop, () -> Integer.MAX_VALUE));
  }

  /**
   * Creates a reader.
   *
   * @param limiter limits the number of open handles on the server
   */
  public DirectoryReader(RemoteStore store, EventLoop loop, RequestLimiter limiter) {
    this.store = store;
    this.loop = loop;
    this.limiter = limiter;
  }

  /**
   * Reads a directory; completes on the event loop. Entries have the attributes of lstat and come
   * in the server's order. Only their mapped values are held in memory. An unsafe name is a
   * failure.
   *
   * @param wanted selects entries
   * @param mapper maps an entry to the value to keep
   */
  <T> CompletableFuture<List<T>> read(
      String dir, Predicate<FileInfo> wanted, Function<FileInfo, T> mapper) {
    return read(dir, wanted, mapper, null);
  }

  /**
   * Reads a directory in the same way.
   *
   * @param refused receives the failures of unsafe names, by a printable form of the name; if it is
   *     null, an unsafe name is a failure of the directory
   */
  public <T> CompletableFuture<List<T>> read(
      String dir,
      Predicate<FileInfo> wanted,
      Function<FileInfo, T> mapper,
      @Nullable Consumer<Map<String, SftpException>> refused) {
    return limiter.sendNext(
        () -> {
          if (closed) {
            return CompletableFuture.failedFuture(new CancellationException());
          }
          var read = new DirectoryRead<T>(store.list(dir), wanted, mapper, refused);
          open.add(read);
          read.start();
          return read.result.whenComplete((entries, failure) -> open.remove(read));
        });
  }

  /** Cancels the reads in progress. */
  @Override
  public void close() {
    closed = true;
    for (DirectoryRead<?> read : open) {
      read.opening.thenAccept(RemoteListing::close);
    }
    open.clear();
  }

  /** A directory being read. */
  private final class DirectoryRead<T> {
    final CompletableFuture<RemoteListing> opening;
    final Predicate<FileInfo> wanted;
    final Function<FileInfo, T> mapper;
    final @Nullable Consumer<Map<String, SftpException>> refused;
    final CompletableFuture<List<T>> result = new CompletableFuture<>();
    final List<T> entries = new ArrayList<>();

    DirectoryRead(
        CompletableFuture<RemoteListing> opening,
        Predicate<FileInfo> wanted,
        Function<FileInfo, T> mapper,
        @Nullable Consumer<Map<String, SftpException>> refused) {
      this.opening = opening;
      this.wanted = wanted;
      this.mapper = mapper;
      this.refused = refused;
    }

    void start() {
      opening.whenCompleteAsync(
          (listing, failure) -> {
            if (failure == null) {
              collect(listing);
            } else {
              result.completeExceptionally(Await.cause(failure));
            }
          },
          loop);
    }

    private void collect(RemoteListing listing) {
      listing
          .next()
          .whenCompleteAsync(
              (batch, failure) -> {
                if (failure != null) {
                  failed(listing, Await.cause(failure));
                } else if (batch.isEmpty()) {
                  result.complete(entries);
                } else {
                  batch.stream().filter(wanted).map(mapper).forEach(entries::add);
                  collect(listing);
                }
              },
              loop);
    }

    private void failed(RemoteListing listing, Throwable failure) {
      if (failure instanceof RestartedException) {
        entries.clear();
        collect(listing);
      } else if (refused != null && listing.unsafeNames().containsValue(failure)) {
        refused.accept(listing.unsafeNames());
        result.complete(entries);
      } else {
        result.completeExceptionally(failure);
      }
    }
  }
}
