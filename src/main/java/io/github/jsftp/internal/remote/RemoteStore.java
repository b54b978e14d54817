package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The remote file system as transfers see it: absolute paths in, futures out, many at a time.
 *
 * <p>No method blocks. A future fails with the exception that the user should see. It completes on
 * a thread that must not be held up: continue with {@code ...Async} on an executor of your own.
 * Safe for use by several threads.
 */
public interface RemoteStore {

  /** Returns this store, its failures reported under the name of the user's operation. */
  RemoteStore named(String operation);

  /**
   * Closes the files that were opened through this store and are still open, now and when they come
   * late. For the end of a call that may have left some behind.
   */
  default void release() {}

  /** Returns the details of a failure that this side has found, for an exception to be thrown. */
  SftpException.Details details(String path, String problem);

  /** Tells what a path is; links are followed. */
  CompletableFuture<FileInfo> stat(String path);

  /** Tells what a path is; links are not followed. */
  CompletableFuture<FileInfo> lstat(String path);

  /** Returns the absolute path without links, "." and "..". */
  CompletableFuture<String> realpath(String path);

  /** Returns the text of a link, as it stands. */
  CompletableFuture<String> readlink(String link);

  /** Makes a link with this text. */
  CompletableFuture<Void> symlink(String target, String link);

  /**
   * Makes a directory.
   *
   * @param attributes what it has from the beginning, less what the server's umask takes away
   */
  CompletableFuture<Void> mkdir(String dir, Attributes attributes);

  /** Removes an empty directory. */
  CompletableFuture<Void> rmdir(String dir);

  /** Removes a file or a link. */
  CompletableFuture<Void> remove(String path);

  /** Renames; fails when {@code to} exists. */
  CompletableFuture<Void> rename(String from, String to);

  /**
   * Renames over whatever file is there: in one step where the server has posix-rename@openssh.com,
   * else by putting that aside first, and removing it at the end.
   *
   * @param aside a name that nothing else has
   */
  CompletableFuture<Void> replace(String from, String to, String aside);

  /** Changes what is not null; links are followed. */
  CompletableFuture<Void> setAttributes(String path, Attributes attributes);

  /**
   * Has the server digest the content of a file, piece after piece.
   *
   * @param algorithms those to choose from as {@link java.security.MessageDigest} names them, the
   *     best first
   * @param size how many bytes the file has, at least 1
   * @param piece how many bytes to digest at once
   * @return fails with OperationNotSupportedException where the server offers no extension for it,
   *     otherwise if it refuses or makes no sense; reading the file then tells more
   */
  CompletableFuture<Digests> hash(String path, List<String> algorithms, long size, long piece);

  /** Opens a directory to list it. */
  CompletableFuture<RemoteListing> list(String dir);

  /** Opens a file on the channel that has the least to do. */
  CompletableFuture<RemoteHandle> open(String path, Set<OpenMode> modes, Attributes attributes);

  /**
   * Opens a file several times, each time on another channel. Those futures fail for which the
   * server grants no channel; the first is as good as {@link #open}.
   */
  List<CompletableFuture<RemoteHandle>> openStripes(
      String path, Set<OpenMode> modes, Attributes attributes, int stripes);

  /** Opens a file on a channel that is opened for it; fails if the server grants none. */
  CompletableFuture<RemoteHandle> openOnNewChannel(
      String path, Set<OpenMode> modes, Attributes attributes);

  /** Hears that a file will soon be opened so many times, where channels take long to come. */
  default void expectStripes(int stripes) {}

  /** Returns how long the server may be silent before it is given up. */
  Duration timeout();

  /** Says whether it is the line that takes most of the time until an answer comes. */
  default boolean isDistant() {
    return false;
  }

  /**
   * Returns how many requests are worth having on their way now, over all channels. It grows while
   * they are used up and the server grants more channels.
   */
  int maxInFlight();

  /** Returns the most channels that are worth having now; more later where that helps. */
  int maxStripes();

  /**
   * Makes sure after a failure that there is a line to the server: one that has been silent for the
   * timeout is given up, and another made if there is none.
   *
   * @param path what failures are told about
   */
  CompletableFuture<Void> reconnect(String path);

  /** Says whether the store was closed from here, so that nothing will ever work again. */
  boolean isClosed();

  /** How to open a file: the flags of SSH_FXP_OPEN. */
  enum OpenMode {
    READ,
    WRITE,
    APPEND,
    CREATE,
    TRUNCATE,
    /** Together with CREATE: fail when it exists. */
    EXCLUSIVE
  }
}
