package io.github.jsftp.internal.transfer;

import io.github.jsftp.FailureCallback;
import io.github.jsftp.FileCallback;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.internal.path.RemotePath;
import java.io.IOException;
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

  /**
   * Works on this store.
   *
   * @param backoff how often to try again after a lost line
   */
  public Directories(RemoteStore store, Backoff backoff) {
    this.store = store;
    this.backoff = backoff;
  }

  private Errand errand(String operation) {
    return new Errand(store.named(operation), backoff);
  }

  /**
   * Lists a directory piece by piece, in the server's order. The stream is to be closed; while it
   * is read it throws {@link java.io.UncheckedIOException}.
   */
  public Stream<FileInfo> list(String dir) throws IOException {
    return ListingStream.open(errand("list"), dir);
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
    Errand errand = errand(operation);
    try (var reader = new DirectoryReader(errand.store(), errand.loop())) {
      List<T> entries = errand.await(reader.read(dir, entry -> true, kept));
      entries.sort(order);
      return Collections.unmodifiableList(entries);
    }
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
    new TreeWalk(errand("walkTree"), onFile, onDirectory, onOther, null).run(root, recurse);
  }

  /** Walks a whole tree in the same way, and continues after what can't be read below the root. */
  public void walkTree(
      String root,
      FileCallback onFile,
      FileCallback onDirectory,
      FileCallback onOther,
      FailureCallback onFailure)
      throws IOException {
    new TreeWalk(errand("walkTree"), onFile, onDirectory, onOther, onFailure).run(root, true);
  }

  /**
   * Finds what a pattern matches, sorted by path.
   *
   * @param dir where a relative pattern starts; nothing in it is a wildcard
   * @throws IllegalArgumentException if the pattern is malformed
   */
  public List<FileInfo> glob(String dir, String pattern) throws IOException {
    return new GlobSearch(errand("glob")).find(dir, pattern);
  }

  /**
   * Removes a directory and all that is in it. Links are removed, not followed. Ends at the first
   * failure.
   *
   * @throws IllegalArgumentException if it is the root, however it is written
   * @throws io.github.jsftp.NotADirectoryException if it is a link, or a file
   */
  public void rmtree(String dir) throws IOException {
    new TreeRemoval(errand("rmtree")).run(dir);
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
    new MissingDirectories(errand("makedirs")).make(dir, permissions);
  }

  /** Gives a new directory these permissions, as far as the server allows it. */
  public void permit(String operation, String dir, int permissions) throws IOException {
    new MissingDirectories(errand(operation)).permit(dir, permissions);
  }

  /**
   * Returns the path of a directory without "." and "..", once it is known to be one.
   *
   * @throws NotADirectoryException if it is something else
   */
  public String enter(String operation, String path) throws IOException {
    Errand errand = errand(operation);
    RemoteStore on = errand.store();
    // Only the server knows where a link's ".." leads; MINA's answer lacks a last name's last
    // space.
    var plain =
        RemotePath.climbs(path)
            ? on.realpath(path)
            : CompletableFuture.completedFuture(RemotePath.normalize(path));
    if (!errand.await(on.stat(path)).isDirectory()) {
      throw new NotADirectoryException(on.details(path, "is not a directory"), null);
    }
    return errand.await(plain);
  }

  /** Tells what a path is. */
  public FileInfo stat(String operation, String path, boolean follow) throws IOException {
    Errand errand = errand(operation);
    RemoteStore on = errand.store();
    return errand.await(follow ? on.stat(path) : on.lstat(path));
  }

  /** Renames; fails when {@code to} exists. */
  public void rename(String from, String to) throws IOException {
    Errand errand = errand("rename");
    errand.await(errand.store().rename(from, to));
  }

  /** Renames over whatever file is there. */
  public void replace(String from, String to) throws IOException {
    Errand errand = errand("replace");
    errand.await(errand.store().replace(from, to));
  }

  /**
   * Opens a file as it is: when the line is lost, so is the open file, and all its requests fail.
   */
  public RemoteHandle open(String operation, String path, OpenModes modes) throws IOException {
    return new FragileHandle(store, errand(operation).open(path, modes.flags()));
  }
}
