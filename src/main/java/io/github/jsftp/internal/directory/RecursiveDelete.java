package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.directory.DirectoryWalker.Entry;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.RemoteStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Removes a remote tree: many entries at the same time, each directory once all that was in it is
 * gone.
 */
final class RecursiveDelete {
  private static final Duration PATIENCE = Duration.ofMillis(800);

  private final RemoteCall call;
  private final RemoteStore store;
  private final EventLoop loop;
  private final RequestLimiter limiter;
  private final ArrayDeque<Directory> path = new ArrayDeque<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private CompletableFuture<Void> quiet = CompletableFuture.completedFuture(null);
  private int inFlight;

  RecursiveDelete(RemoteCall call) {
    this.call = call;
    store = call.store();
    loop = call.loop();
    limiter = new RequestLimiter(loop, store::maxInFlight);
  }

  /** A directory whose entries are being removed. */
  private static final class Directory {
    final String path;
    final @Nullable Directory parent;
    int left = 1; // entries that are still there, and one more until all are known

    Directory(String path, @Nullable Directory parent) {
      this.path = path;
      this.parent = parent;
    }
  }

  /** Removes a tree. */
  void run(String dir) throws IOException {
    String top = check(dir);
    try (var walk = new DirectoryWalker(store, loop, top, false)) {
      Entry entry = walk.take();
      while (entry != null && !done.isDone()) {
        take(entry);
        loop.run(limiter.room());
        entry = walk.take();
      }
      loop.run(done);
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(e);
      call.stopReconnecting();
      loop.runUninterruptibly(quiet, PATIENCE);
      throw e;
    }
  }

  /** Returns the path to begin with; refuses the root, links and files. */
  private String check(String dir) throws IOException {
    CompletableFuture<FileInfo> asked = store.lstat(dir);
    String real = loop.run(LinkResolver.of(store, dir));
    if (real.equals("/")) {
      throw new IllegalArgumentException("rmtree does not remove the root: " + dir);
    }
    FileInfo info = loop.run(asked);
    if (info.isLink()) {
      throw new NotADirectoryException(
          store.details(dir, "is a symbolic link, not a directory"), null);
    }
    if (info.isFile()) {
      throw new NotADirectoryException(store.details(dir, "is not a directory"), null);
    }
    String name = RemotePath.name(dir);
    return name.equals(".") || name.equals("..") ? real : dir;
  }

  private void take(Entry entry) {
    Directory parent = path.peek();
    switch (entry.kind()) {
      case DIRECTORY -> {
        if (parent != null) {
          parent.left++;
        }
        path.push(new Directory(entry.info().path(), parent));
      }
      case DIRECTORY_END -> oneLess(path.pop());
      case FILE, OTHER, LINK, DANGLING_LINK, LOOP -> {
        if (parent != null) {
          parent.left++;
          send(() -> store.remove(entry.info().path()), () -> oneLess(parent));
        }
      }
    }
  }

  private void oneLess(Directory directory) {
    directory.left--;
    if (directory.left > 0) {
      return;
    }
    Directory parent = directory.parent;
    send(
        () -> store.rmdir(directory.path),
        () -> {
          if (parent == null) {
            done.complete(null);
          } else {
            oneLess(parent);
          }
        });
  }

  /**
   * Sends a request unless one has failed; what somebody else has removed meanwhile is gone too.
   */
  private void send(Supplier<CompletableFuture<Void>> request, Runnable then) {
    if (inFlight++ == 0) {
      quiet = new CompletableFuture<>();
    }
    limiter
        .send(() -> done.isDone() ? CompletableFuture.<Void>completedFuture(null) : request.get())
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null && !(failure instanceof NoSuchPathException)) {
                done.completeExceptionally(failure);
              } else if (!done.isDone()) {
                then.run();
              }
              if (--inFlight == 0) {
                quiet.complete(null);
              }
            });
  }
}
