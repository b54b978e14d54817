package io.github.jsftp.internal.directory;

import io.github.jsftp.FailureCallback;
import io.github.jsftp.FileCallback;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.file.FragileHandle;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.OpenModes;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What there is to do with remote directories and trees, other than copying them. Paths are
 * absolute. Every method runs on its caller's thread until all is done. Safe for use by several
 * threads.
 */
public final class Directories {
  private final RemoteStore store;
  private final Backoff backoff;
  private final OperationLog operations;

  /**
   * Works on this store.
   *
   * @param backoff how often to try again after a lost line
   */
  public Directories(RemoteStore store, Backoff backoff) {
    this(store, backoff, OperationLog.DISABLED);
  }

  /**
   * Does the same.
   *
   * @param operations notes each call
   */
  public Directories(RemoteStore store, Backoff backoff, OperationLog operations) {
    this.store = store;
    this.backoff = backoff;
    this.operations = operations;
  }

  /** What is to be done. */
  @FunctionalInterface
  private interface Work<T> {
    T on(RemoteCall call) throws IOException;
  }

  private <T> T run(String operation, String path, Work<T> work) throws IOException {
    return operations.logged(
        operation, path, () -> work.on(new RemoteCall(store.named(operation), backoff)));
  }

  /** Something to be done that returns nothing. */
  @FunctionalInterface
  private interface Order {
    void on(RemoteCall call) throws IOException;
  }

  private void order(String operation, String path, Order order) throws IOException {
    run(
        operation,
        path,
        call -> {
          order.on(call);
          return true;
        });
  }

  /**
   * Lists a directory piece by piece, in the server's order. The stream is to be closed; while it
   * is read it throws {@link java.io.UncheckedIOException}.
   */
  public Stream<FileInfo> list(String dir) throws IOException {
    return run("list", dir, call -> ListingStream.open(call, dir));
  }

  /** Returns the names in a directory, sorted. */
  public List<String> names(String operation, String dir) throws IOException {
    return read(operation, dir, FileInfo::name, Comparator.naturalOrder());
  }

  /** Returns the entries of a directory sorted by name, as lstat tells them. */
  public List<FileInfo> sorted(String operation, String dir) throws IOException {
    return read(operation, dir, Function.identity(), Comparator.comparing(FileInfo::path));
  }

  private <T> List<T> read(
      String operation, String dir, Function<FileInfo, T> kept, Comparator<T> order)
      throws IOException {
    return run(
        operation,
        dir,
        call -> {
          try (var reader = new DirectoryReader(call.store(), call.loop())) {
            List<T> entries = call.await(reader.read(dir, entry -> true, kept));
            entries.sort(order);
            return Collections.unmodifiableList(entries);
          }
        });
  }

  /**
   * Calls back for every entry below a directory, on this thread and in order: names sorted, a
   * directory before what is in it. Links are followed; one that leads back to a directory above it
   * is passed to {@code onDirectory} but not entered, one that leads nowhere to {@code onOther}.
   *
   * @param recurse whether to enter the directories below
   * @throws IOException what a callback throws, as it is; or a failure of the walk
   */
  public void walkTree(
      String root,
      FileCallback onFile,
      FileCallback onDirectory,
      FileCallback onOther,
      boolean recurse)
      throws IOException {
    order(
        "walkTree",
        root,
        call -> new TreeWalk(call, onFile, onDirectory, onOther, null).run(root, recurse));
  }

  /** Walks a whole tree in the same way, and continues after what can't be read below the root. */
  public void walkTree(
      String root,
      FileCallback onFile,
      FileCallback onDirectory,
      FileCallback onOther,
      FailureCallback onFailure)
      throws IOException {
    order(
        "walkTree",
        root,
        call -> new TreeWalk(call, onFile, onDirectory, onOther, onFailure).run(root, true));
  }

  /**
   * Finds what a pattern matches, sorted by path.
   *
   * @param dir where a relative pattern starts; nothing in it is a wildcard
   * @throws IllegalArgumentException if the pattern is malformed
   */
  public List<FileInfo> glob(String dir, String pattern) throws IOException {
    return run("glob", pattern, call -> new GlobSearch(call).find(dir, pattern));
  }

  /**
   * Removes a directory and all that is in it. Links are removed, not followed. Ends at the first
   * failure.
   *
   * @throws IllegalArgumentException if it is the root, however it is written
   * @throws io.github.jsftp.NotADirectoryException if it is a link, or a file
   */
  public void rmtree(String dir) throws IOException {
    order("rmtree", dir, call -> new RecursiveDelete(call).run(dir));
  }

  /**
   * Makes a directory and those above it that are missing.
   *
   * @param permissions the exact permission bits of the directories made, or null to leave them to
   *     the server
   * @throws io.github.jsftp.PathExistsException if the path is there and no directory
   * @throws io.github.jsftp.NotADirectoryException if something above it is no directory
   */
  public void makedirs(String dir, @Nullable Integer permissions) throws IOException {
    order("makedirs", dir, call -> new MissingDirectories(call).make(dir, permissions));
  }

  /**
   * Makes a directory.
   *
   * @param permissions its exact permission bits, as far as the server allows them
   * @throws io.github.jsftp.PathExistsException if it is there
   */
  public void mkdir(String dir, int permissions) throws IOException {
    order("mkdir", dir, call -> new MissingDirectories(call).makeNew(dir, permissions));
  }

  /**
   * Returns the path of a directory without "." and "..", once it is known to be one.
   *
   * @throws NotADirectoryException if it is something else
   */
  public String enter(String operation, String path) throws IOException {
    return run(operation, path, call -> call.await(entered(call.store(), path)));
  }

  /** Does the same as a part of connecting, for no longer than this. */
  public String enter(String operation, String path, Duration limit) throws IOException {
    var late =
        new OperationTimeoutException(
            store
                .named(operation)
                .details(path, "timed out while looking for the directory to start in"),
            null);
    return run(operation, path, call -> call.await(entered(call.store(), path), limit, late));
  }

  private static CompletableFuture<String> entered(RemoteStore on, String path) {
    // Only the server knows where a link's ".." leads; MINA's answer lacks a last name's last
    // space.
    var plain =
        RemotePath.hasParentReference(path)
            ? on.realpath(path)
            : CompletableFuture.completedFuture(RemotePath.normalize(path));
    return on.stat(path)
        .thenCompose(
            info ->
                info.isDirectory()
                    ? plain
                    : CompletableFuture.failedFuture(
                        new NotADirectoryException(on.details(path, "is not a directory"), null)));
  }

  /** Tells what a path is. */
  public FileInfo stat(String operation, String path, boolean follow) throws IOException {
    return run(
        operation,
        path,
        call -> {
          RemoteStore on = call.store();
          return call.await(follow ? on.stat(path) : on.lstat(path));
        });
  }

  /** Renames; fails when {@code to} exists. */
  public void rename(String from, String to) throws IOException {
    order("rename", from, call -> call.await(call.store().rename(from, to)));
  }

  /** Renames over whatever file is there. */
  public void replace(String from, String to) throws IOException {
    order(
        "replace",
        from,
        call -> call.await(call.store().replace(from, to, TemporaryName.aside(to))));
  }

  /**
   * Opens a file as it is: when the line is lost, so is the open file, and all its requests fail.
   */
  public RemoteHandle open(String operation, String path, OpenModes modes) throws IOException {
    return run(operation, path, call -> new FragileHandle(store, call.open(path, modes.flags())));
  }
}
