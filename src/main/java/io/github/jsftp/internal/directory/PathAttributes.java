package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.PathOperations;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads and sets the attributes of single paths, and deletes them. If the server refuses the single
 * request, or its response has no type, {@link Directories#stat} finds the attributes out in other
 * ways. Safe for use by several threads.
 */
public final class PathAttributes {
  private final PathOperations requests;
  private final Directories directories;
  private final Failures failures;

  public PathAttributes(PathOperations requests, Directories directories, Failures failures) {
    this.requests = requests;
    this.directories = directories;
    this.failures = failures;
  }

  /** Returns the attributes of a path. */
  public FileInfo stat(String operation, String path, boolean follow) throws IOException {
    try {
      FileInfo found = follow ? requests.stat(operation, path) : requests.lstat(operation, path);
      if (found.type() != FileInfo.Type.OTHER || ServerErrors.hasNoAttributes(found)) {
        return found;
      }
    } catch (OperationNotSupportedException | PermissionDeniedException e) {
      // Another request may be allowed.
    }
    return directories.stat(operation, path, follow);
  }

  /** Returns the size of a file in bytes. Fails if the server does not report it. */
  public long size(String operation, String path) throws IOException {
    long size = stat(operation, path, true).size();
    if (size < 0) {
      throw Results.NEW.sftpException(
          failures.details(operation, path, "the server does not report the size"), null);
    }
    return size;
  }

  /** Returns true if a path exists and its attributes pass the test. */
  public boolean test(String operation, String path, boolean follow, Predicate<FileInfo> test)
      throws IOException {
    return find(operation, path, follow).filter(test).isPresent();
  }

  /** Returns the attributes of a path, empty only if there is no such path. */
  private Optional<FileInfo> find(String operation, String path, boolean follow)
      throws IOException {
    try {
      FileInfo found = stat(operation, path, follow);
      // MINA returns the attributes of a dangling link itself. It returns no attributes at all for
      // a link in a circle, and for a path below a file.
      boolean isMissing =
          (follow && found.isLink())
              || (ServerErrors.hasNoAttributes(found) && isImpossible(operation, path, follow));
      return isMissing ? Optional.empty() : Optional.of(found);
    } catch (NoSuchPathException | NotADirectoryException e) {
      return Optional.empty();
    }
  }

  /** Returns true if a path without attributes is a link, or is below something but a directory. */
  private boolean isImpossible(String operation, String path, boolean follow) throws IOException {
    if (follow && stat(operation, path, false).isLink()) {
      return true;
    }
    for (String above = path; !above.equals("/"); ) {
      above = RemotePath.parent(above);
      FileInfo info = stat(operation, above, true);
      if (!ServerErrors.hasNoAttributes(info)) {
        return !info.isDir();
      }
    }
    return false;
  }

  /**
   * Checks that a path that ends in "/." is a directory or a link to one. Some servers drop the
   * ".".
   *
   * @throws NotADirectoryException if the path is something else
   */
  public void checkDirectory(String operation, String path) throws IOException {
    if (path.endsWith("/.")) {
      stat(operation, path, true);
    }
  }

  /** Deletes a file or a link, not a directory. */
  public void remove(String operation, String path) throws IOException {
    checkDirectory(operation, path);
    requests.remove(operation, path);
  }

  /** Deletes a file or a link, not a directory. Returns false if there is none. */
  public boolean removeIfExists(String operation, String path) throws IOException {
    try {
      remove(operation, path);
      return true;
    } catch (NoSuchPathException | NotADirectoryException e) {
      return false;
    }
  }

  /**
   * Sets owner and group. SFTP sets both together, so that one that is null is read first.
   *
   * @throws IllegalArgumentException if a number is negative
   */
  public void setOwner(String operation, String path, @Nullable Integer uid, @Nullable Integer gid)
      throws IOException {
    AttributeChanges.owner(
        uid == null ? 0 : uid, gid == null ? 0 : gid); // refused before any request
    if (uid == null && gid == null) {
      return;
    }
    FileInfo now = uid != null && gid != null ? null : stat(operation, path, true);
    long owner = uid != null ? uid : current(now, operation, path, FileInfo::uid);
    long group = gid != null ? gid : current(now, operation, path, FileInfo::gid);
    requests.setAttributes(operation, path, AttributeChanges.owner(owner, group));
  }

  private long current(
      @Nullable FileInfo info, String operation, String path, ToLongFunction<FileInfo> id)
      throws SftpException {
    long current = info == null ? -1 : id.applyAsLong(info);
    if (current < 0) {
      throw Results.NEW.sftpException(
          failures.details(
              operation,
              path,
              "SFTP sets owner and group together, and the server does not tell them; give both"),
          null);
    }
    return current;
  }
}
