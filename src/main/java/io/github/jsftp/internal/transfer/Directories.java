package io.github.jsftp.internal.transfer;

import io.github.jsftp.FileCallback;
import io.github.jsftp.FileInfo;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What there is to do with remote directories and trees, other than copying them. Paths are
 * absolute. Every method runs on its caller's thread until all is done. Safe for use by several
 * threads.
 */
public final class Directories {
  private final RemoteStore store;

  /** Works on this store. */
  public Directories(RemoteStore store) {
    this.store = store;
  }

  /**
   * Lists a directory piece by piece, in the server's order. The stream is to be closed; while it
   * is read it throws {@link java.io.UncheckedIOException}.
   */
  public Stream<FileInfo> list(String dir) throws IOException {
    return ListingStream.open(store.named("list"), dir);
  }

  /** Returns the entries of a directory sorted by name, as lstat tells them. */
  public List<FileInfo> sorted(String operation, String dir) throws IOException {
    var loop = new Loop();
    try (var reader = new DirectoryReader(store.named(operation), loop)) {
      return loop.run(reader.read(dir));
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
    new TreeWalk(store.named("walkTree"), onFile, onDirectory, onOther).run(root, recurse);
  }

  /**
   * Finds what a pattern matches, sorted by path.
   *
   * @param dir where a relative pattern starts; nothing in it is a wildcard
   * @throws IllegalArgumentException if the pattern is malformed
   */
  public List<FileInfo> glob(String dir, String pattern) throws IOException {
    return new GlobSearch(store.named("glob")).find(dir, pattern);
  }

  /**
   * Removes a directory and all that is in it. Links are removed, not followed. Ends at the first
   * failure.
   *
   * @throws IllegalArgumentException if it is the root, however it is written
   * @throws io.github.jsftp.NotADirectoryException if it is a link, or a file
   */
  public void rmtree(String dir) throws IOException {
    new TreeRemoval(store.named("rmtree")).run(dir);
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
    new MissingDirectories(store.named("makedirs")).make(dir, permissions);
  }
}
