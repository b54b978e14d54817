package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.directory.TreeWalker.Entry;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Deletes a remote tree: many entries concurrently, each directory after its content. */
final class RecursiveDelete {
  private final RemoteCall call;
  private final RemoteStore store;
  private final EventLoop loop;
  private final RequestLimiter limiter;
  private final ArrayDeque<PendingDirectory> path = new ArrayDeque<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  RecursiveDelete(RemoteCall call) {
    this.call = call;
    store = call.store();
    loop = call.loop();
    limiter = new RequestLimiter(loop, store::maxInFlight);
  }

  /** A directory whose entries are being deleted. */
  private static final class PendingDirectory {
    final String path;
    final @Nullable PendingDirectory parent;
    int remaining = 1; // entries not deleted yet, plus one until the listing is complete

    PendingDirectory(String path, @Nullable PendingDirectory parent) {
      this.path = path;
      this.parent = parent;
    }
  }

  /** Deletes a tree. */
  void run(String dir) throws IOException {
    String top = check(dir);
    try (var walk = new TreeWalker(store, loop, top, false)) {
      Entry entry = walk.take();
      while (entry != null && !done.isDone()) {
        take(entry);
        loop.run(limiter.room());
        entry = walk.take();
      }
      loop.run(done);
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(e);
      call.awaitReplies(limiter);
      throw e;
    }
  }

  /** Returns the path to start at; rejects the root, links and files. */
  private String check(String dir) throws IOException {
    CompletableFuture<FileInfo> attributes = store.lstat(dir);
    String real = loop.run(LinkResolver.of(store, dir));
    if (real.equals("/")) {
      throw new IllegalArgumentException("rmtree does not delete the root: " + dir);
    }
    FileInfo info = loop.run(attributes);
    if (info.isLink()) {
      throw Results.NEW.notADirectoryException(
          store.details(dir, "is a symbolic link, not a directory"), null);
    }
    if (info.isFile()) {
      throw Results.NEW.notADirectoryException(store.details(dir, "is not a directory"), null);
    }
    String name = RemotePath.name(dir);
    return name.equals(".") || name.equals("..") ? real : dir;
  }

  private void take(Entry entry) {
    PendingDirectory parent = path.peek();
    switch (entry.kind()) {
      case DIRECTORY -> {
        if (parent != null) {
          parent.remaining++;
        }
        path.push(new PendingDirectory(entry.info().path(), parent));
      }
      case DIRECTORY_END -> entryDeleted(path.pop());
      case FILE, OTHER, LINK, DANGLING_LINK, LOOP -> {
        if (parent != null) {
          parent.remaining++;
          send(() -> store.remove(entry.info().path()), () -> entryDeleted(parent));
        }
      }
    }
  }

  private void entryDeleted(PendingDirectory directory) {
    directory.remaining--;
    if (directory.remaining > 0) {
      return;
    }
    PendingDirectory parent = directory.parent;
    send(
        () -> store.rmdir(directory.path),
        () -> {
          if (parent == null) {
            done.complete(null);
          } else {
            entryDeleted(parent);
          }
        });
  }

  /**
   * Sends a request unless an earlier one has failed. An entry that no longer exists counts as
   * deleted.
   */
  private void send(Supplier<CompletableFuture<Void>> request, Runnable then) {
    limiter
        .send(() -> done.isDone() ? CompletableFuture.<Void>completedFuture(null) : request.get())
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null && !(failure instanceof NoSuchPathException)) {
                done.completeExceptionally(failure);
              } else if (!done.isDone()) {
                then.run();
              }
            });
  }
}
