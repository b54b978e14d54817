package io.github.jsftp.internal.directory;

import io.github.jsftp.FailureCallback;
import io.github.jsftp.FileCallback;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.OpenModes;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.results.Results;
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
 * Operations on remote directories and trees, other than transfers. Paths are absolute. Every
 * method blocks until the operation is complete. Safe for use by several threads.
 */
public final class Directories {
  private final LoggedCalls calls;

  /**
   * Creates operations on a store.
   *
   * @param backoff the pauses between retries after a lost connection
   */
  public Directories(RemoteStore store, Backoff backoff) {
    this(store, backoff, OperationLog.DISABLED);
  }

  /**
   * Creates operations on a store.
   *
   * @param operations logs each call
   */
  public Directories(RemoteStore store, Backoff backoff, OperationLog operations) {
    calls = new LoggedCalls(store, backoff, operations);
  }

  /**
   * Returns a stream of the entries of a directory, in the server's order. The stream must be
   * closed. It throws {@link java.io.UncheckedIOException} if reading fails.
   */
  public Stream<FileInfo> list(String dir) throws IOException {
    return calls.supply("list", dir, call -> ListingStream.open(call, dir));
  }

  /**
   * Returns a stream of a directory and everything below it, or of a single entry if it is not a
   * directory. The stream must be closed. It throws {@link java.io.UncheckedIOException} if reading
   * fails.
   */
  public Stream<FileInfo> walk(FileInfo root) throws IOException {
    return root.isDir()
        ? calls.supply("walk", root.path(), call -> WalkStream.open(call, root.path()))
        : Stream.of(root);
  }

  /** Returns the names of the entries in a directory, sorted. */
  public List<String> names(String operation, String dir) throws IOException {
    return read(operation, dir, FileInfo::name, Comparator.naturalOrder());
  }

  /** Returns the entries of a directory with the attributes of lstat, sorted by name. */
  public List<FileInfo> sorted(String operation, String dir) throws IOException {
    return read(operation, dir, Function.identity(), Comparator.comparing(FileInfo::path));
  }

  private <T> List<T> read(
      String operation, String dir, Function<FileInfo, T> mapper, Comparator<T> order)
      throws IOException {
    return calls.supply(
        operation,
        dir,
        call -> {
          try (var reader = new DirectoryReader(call.store(), call.loop())) {
            List<T> entries = call.await(reader.read(dir, entry -> true, mapper));
            entries.sort(order);
            return Collections.unmodifiableList(entries);
          }
        });
  }

  /**
   * Calls back for every entry below a directory, on this thread: names in order, directories
   * before their content. Links are followed. A link back to one of its parent directories is
   * passed to {@code onDirectory} but not entered, a dangling link to {@code onOther}.
   *
   * @param recurse whether to enter subdirectories
   * @throws IOException if the walk fails, or a callback throws
   */
  public void walkTree(
      String root,
      FileCallback onFile,
      FileCallback onDirectory,
      FileCallback onOther,
      boolean recurse)
      throws IOException {
    calls.run(
        "walkTree",
        root,
        call -> new WalkCallbacks(call, onFile, onDirectory, onOther, null).run(root, recurse));
  }

  /** Walks a whole tree in the same way, but continues after unreadable entries below the root. */
  public void walkTree(
      String root,
      FileCallback onFile,
      FileCallback onDirectory,
      FileCallback onOther,
      FailureCallback onFailure)
      throws IOException {
    calls.run(
        "walkTree",
        root,
        call -> new WalkCallbacks(call, onFile, onDirectory, onOther, onFailure).run(root, true));
  }

  /**
   * Returns the entries that match a glob pattern, sorted by path.
   *
   * @param dir the directory in which a relative pattern starts; its characters are literal
   * @throws IllegalArgumentException if the pattern is malformed
   */
  public List<FileInfo> glob(String dir, String pattern) throws IOException {
    return calls.supply("glob", pattern, call -> new GlobSearch(call).find(dir, pattern));
  }

  /**
   * Deletes a directory and its content. Links are deleted, not followed. The first failure ends
   * the operation.
   *
   * @throws IllegalArgumentException if the path is the root, in whatever form
   * @throws io.github.jsftp.NotADirectoryException if the path is a link or a file
   */
  public void rmtree(String dir) throws IOException {
    calls.run("rmtree", dir, call -> new RecursiveDelete(call).run(dir));
  }

  /**
   * Creates a directory and its missing parents.
   *
   * @param permissions the exact permission bits of the new directories, or null for the server's
   *     default
   * @throws io.github.jsftp.PathExistsException if the path exists but is not a directory
   * @throws io.github.jsftp.NotADirectoryException if a parent is not a directory
   */
  public void makedirs(String dir, @Nullable Integer permissions) throws IOException {
    calls.run("makedirs", dir, call -> new MissingDirectories(call).create(dir, permissions));
  }

  /**
   * Creates a directory.
   *
   * @param permissions its exact permission bits, as far as the server allows them
   * @throws io.github.jsftp.PathExistsException if the path exists
   */
  public void mkdir(String dir, int permissions) throws IOException {
    calls.run("mkdir", dir, call -> new MissingDirectories(call).createNew(dir, permissions));
  }

  /**
   * Checks that a path is a directory, and returns it without "." and "..".
   *
   * @throws NotADirectoryException if the path is not a directory
   */
  public String enter(String operation, String path) throws IOException {
    return calls.supply(operation, path, call -> call.await(entered(call.store(), path)));
  }

  /** Does the same within a time limit, when connecting. */
  public String enter(String operation, String path, Duration limit) throws IOException {
    var late =
        Results.NEW.operationTimeoutException(
            calls
                .store()
                .named(operation)
                .details(path, "timed out while checking the initial directory"),
            null);
    return calls.supply(
        operation, path, call -> call.await(entered(call.store(), path), limit, late));
  }

  private static CompletableFuture<String> entered(RemoteStore on, String path) {
    // Only the server can resolve a ".." behind a link. All other paths are normalized here, since
    // MINA's REALPATH drops a trailing space.
    var plain =
        RemotePath.hasParentReference(path)
            ? on.realpath(path)
            : CompletableFuture.completedFuture(RemotePath.normalize(path));
    return on.stat(path)
        .thenCompose(
            info ->
                info.isDir()
                    ? plain
                    : CompletableFuture.failedFuture(
                        Results.NEW.notADirectoryException(
                            on.details(path, "is not a directory"), null)));
  }

  /** Returns the attributes of a path. */
  public FileInfo stat(String operation, String path, boolean follow) throws IOException {
    return calls.supply(
        operation,
        path,
        call -> {
          RemoteStore on = call.store();
          return call.await(follow ? on.stat(path) : on.lstat(path));
        });
  }

  /** Renames a path; fails if {@code to} exists. */
  public void rename(String from, String to) throws IOException {
    calls.run("rename", from, call -> call.await(call.store().rename(from, to)));
  }

  /** Renames a path, replacing an existing file. */
  public void replace(String from, String to) throws IOException {
    calls.run(
        "replace",
        from,
        call -> call.await(call.store().replace(from, to, TemporaryName.aside(to))));
  }

  /** Opens a file that is not reopened after a lost connection: then all its requests fail. */
  public RemoteHandle open(String operation, String path, OpenModes modes) throws IOException {
    return calls.supply(operation, path, call -> call.open(path, modes.flags()));
  }
}
