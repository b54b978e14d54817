package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.results.Details;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A remote file system with asynchronous operations on absolute paths.
 *
 * <p>No method blocks. A future fails with the exception that the user sees. It completes on a
 * thread that must not be blocked, so continue with {@code ...Async} on your own executor. Safe for
 * use by several threads.
 */
public interface RemoteStore {

  /** Returns this store with failures reported under the name of the user's operation. */
  RemoteStore named(String operation);

  /**
   * Closes all files that are still open, and those whose open requests complete later. For calls
   * that may leave files open.
   */
  default void release() {}

  /**
   * Returns the details for an exception about a failure that was detected on this side.
   *
   * @param path the path concerned, or null for none
   */
  Details details(@Nullable String path, String problem);

  /** Returns the attributes of a path; links are followed. */
  CompletableFuture<FileInfo> stat(String path);

  /** Returns the attributes of a path; links are not followed. */
  CompletableFuture<FileInfo> lstat(String path);

  /** Returns the absolute path without links, "." and "..". */
  CompletableFuture<String> realpath(String path);

  /** Returns the target of a link, exactly as stored. */
  CompletableFuture<String> readlink(String link);

  /** Creates a link with this target, which is stored unchanged. */
  CompletableFuture<Void> symlink(String target, String link);

  /** Creates a hard link to a file. */
  CompletableFuture<Void> hardlink(String file, String link);

  /** Returns information about the file system that contains a path. */
  CompletableFuture<StatVfs> statvfs(String path);

  /**
   * Creates a directory.
   *
   * @param attributes the initial attributes; the server applies its umask to the permissions
   */
  CompletableFuture<Void> mkdir(String dir, AttributeChanges attributes);

  /** Removes an empty directory. */
  CompletableFuture<Void> rmdir(String dir);

  /** Removes a file or a link. */
  CompletableFuture<Void> remove(String path);

  /** Renames; fails if {@code to} exists. */
  CompletableFuture<Void> rename(String from, String to);

  /**
   * Renames and replaces an existing file: in one step if the server has posix-rename@openssh.com.
   * Otherwise the existing file is moved aside first and removed at the end.
   *
   * @param aside an unused path for the existing file
   */
  CompletableFuture<Void> replace(String from, String to, String aside);

  /** Sets the attributes that are not null; links are followed. */
  CompletableFuture<Void> setAttributes(String path, AttributeChanges attributes);

  /**
   * Makes the server digest the content of a file, one digest for each piece.
   *
   * @param algorithms acceptable algorithms by their names in {@link java.security.MessageDigest},
   *     in order of preference
   * @param size the size of the file in bytes, at least 1
   * @param piece the size of a piece, in bytes
   * @return fails with OperationNotSupportedException if the server has no such extension, and with
   *     another failure if it refuses or its reply is invalid; then read the file instead
   */
  CompletableFuture<Digests> hash(String path, List<String> algorithms, long size, long piece);

  /** Opens a directory to list it. */
  CompletableFuture<RemoteListing> list(String dir);

  /** Opens a file on the channel with the lowest load. */
  CompletableFuture<RemoteHandle> open(
      String path, Set<OpenFlag> flags, AttributeChanges attributes);

  /**
   * Opens a file several times, each time on another channel. If the server refuses a channel, its
   * future fails. The first future fails only if {@link #open} would.
   */
  List<CompletableFuture<RemoteHandle>> openStripes(
      String path, Set<OpenFlag> flags, AttributeChanges attributes, int stripes);

  /** Opens a file on a new channel; fails if the server refuses one. */
  CompletableFuture<RemoteHandle> openOnNewChannel(
      String path, Set<OpenFlag> flags, AttributeChanges attributes);

  /**
   * Announces that a file will soon be opened this often. If opening a channel takes long, opening
   * starts now.
   */
  default void expectStripes(int stripes) {}

  /** Returns how long the server may be silent before the connection is considered lost. */
  Duration timeout();

  /** Returns true if the network's latency dominates the time of replies. */
  default boolean isDistant() {
    return roundTrip() > 0;
  }

  /** Returns the round trip to a distant server in nanoseconds; 0 if the server is nearby. */
  default long roundTrip() {
    return 0;
  }

  /**
   * Returns how many requests are useful in flight now, over all channels. It grows while they are
   * used up and the server allows more channels.
   */
  int maxInFlight();

  /**
   * Returns the maximum number of channels that are useful now. Called again during a copy, it
   * grows while more of them make more go through.
   *
   * @param left the bytes that are still to be copied as fast as the server allows
   */
  int maxStripes(long left);

  /**
   * Makes sure that the server responds, for use after a failure. A connection that has been silent
   * for the timeout is closed; if there is none, a new one is opened.
   *
   * @param path the path to name in failures
   */
  CompletableFuture<Void> reconnect(String path);

  /** Returns true if the store was closed by this side, so that all requests will fail. */
  boolean isClosed();

  /** The flags of SSH_FXP_OPEN. */
  enum OpenFlag {
    READ,
    WRITE,
    APPEND,
    CREATE,
    TRUNCATE,
    /** Together with CREATE: fail if the file exists. */
    EXCLUSIVE
  }
}
