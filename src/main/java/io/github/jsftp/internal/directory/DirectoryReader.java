package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteListing.RestartedException;
import io.github.jsftp.internal.remote.RemoteListing.UnsafeNamesException;
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

/** Reads whole directories, several at a time. For use on one loop. */
public final class DirectoryReader implements AutoCloseable {
  private final RemoteStore store;
  private final EventLoop loop;
  private final RequestLimiter limiter;
  private final Set<Reading<?>> open = new HashSet<>();
  private boolean closed;

  /** Reads as many directories at a time as are asked for. */
  DirectoryReader(RemoteStore store, EventLoop loop) {
    this(store, loop, new RequestLimiter(loop, () -> Integer.MAX_VALUE));
  }

  /**
   * Reads directories.
   *
   * @param limiter for what holds a handle on the server
   */
  public DirectoryReader(RemoteStore store, EventLoop loop, RequestLimiter limiter) {
    this.store = store;
    this.loop = loop;
    this.limiter = limiter;
  }

  /**
   * Returns what is kept of a directory's entries, on the loop: in the server's order, as lstat
   * tells them. The entries themselves are never held as a whole. Fails if a name is unsafe.
   */
  <T> CompletableFuture<List<T>> read(
      String dir, Predicate<FileInfo> wanted, Function<FileInfo, T> kept) {
    return read(dir, wanted, kept, null);
  }

  /**
   * Returns what is kept of a directory's entries, in the same way.
   *
   * @param refused takes a failure for each unsafe name, under one that can be shown; null if these
   *     are the directory's failure
   */
  public <T> CompletableFuture<List<T>> read(
      String dir,
      Predicate<FileInfo> wanted,
      Function<FileInfo, T> kept,
      @Nullable Consumer<Map<String, SftpException>> refused) {
    return limiter.sendNext(
        () -> {
          if (closed) {
            return CompletableFuture.failedFuture(new CancellationException());
          }
          var reading = new Reading<T>(store.list(dir), wanted, kept, refused);
          open.add(reading);
          reading.begin();
          return reading.result.whenComplete((entries, failure) -> open.remove(reading));
        });
  }

  /** Drops what is still being read. */
  @Override
  public void close() {
    closed = true;
    for (Reading<?> reading : open) {
      reading.opening.thenAccept(RemoteListing::close);
    }
    open.clear();
  }

  /** A directory being read. */
  private final class Reading<T> {
    final CompletableFuture<RemoteListing> opening;
    final Predicate<FileInfo> wanted;
    final Function<FileInfo, T> kept;
    final @Nullable Consumer<Map<String, SftpException>> refused;
    final CompletableFuture<List<T>> result = new CompletableFuture<>();
    final List<T> entries = new ArrayList<>();

    Reading(
        CompletableFuture<RemoteListing> opening,
        Predicate<FileInfo> wanted,
        Function<FileInfo, T> kept,
        @Nullable Consumer<Map<String, SftpException>> refused) {
      this.opening = opening;
      this.wanted = wanted;
      this.kept = kept;
      this.refused = refused;
    }

    void begin() {
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
                  batch.stream().filter(wanted).map(kept).forEach(entries::add);
                  collect(listing);
                }
              },
              loop);
    }

    private void failed(RemoteListing listing, Throwable failure) {
      if (failure instanceof RestartedException) {
        entries.clear();
        collect(listing);
      } else if (refused != null && failure instanceof UnsafeNamesException unsafe) {
        refused.accept(unsafe.refusals());
        result.complete(entries);
      } else {
        result.completeExceptionally(failure);
      }
    }
  }
}
