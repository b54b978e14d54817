package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * An open remote file. Requests are sent in the order of the calls. Several calls in a row share as
 * few packets as possible. Safe for use by several threads.
 */
public interface RemoteHandle {

  /** Returns the maximum number of bytes in one read or write. */
  int requestSize();

  /**
   * Returns how many reads or writes of the full size are useful in flight on this file's channel.
   * The larger they are, the fewer, so that they use the same memory.
   */
  default int maxInFlight() {
    return Math.max(1, 4 * 1024 * 1024 / requestSize());
  }

  /**
   * Reads into the buffer's remaining space, at most {@link #requestSize()}, and advances its
   * position. The buffer must have an array, and must not be used until the future completes.
   *
   * @return the number of bytes read, which may be fewer than requested, or -1 at the end of the
   *     file
   */
  CompletableFuture<Integer> read(long offset, ByteBuffer into);

  /**
   * Writes the buffer's remaining bytes, at most {@link #requestSize()}. The buffer must have an
   * array, and must not be changed until the future completes.
   */
  CompletableFuture<Void> write(long offset, ByteBuffer from);

  /** Returns the current attributes of the file. */
  CompletableFuture<FileInfo> stat();

  /** Sets the attributes that are not null. */
  CompletableFuture<Void> setAttributes(AttributeChanges attributes);

  /**
   * Makes the server write the file to its disk.
   *
   * @return fails with OperationNotSupportedException if the server has no fsync@openssh.com
   */
  CompletableFuture<Void> fsync();

  /** Opens another file on the same channel. */
  CompletableFuture<RemoteHandle> openOnSameChannel(
      String path, Set<RemoteStore.OpenFlag> flags, AttributeChanges attributes);

  /**
   * Copies bytes on the server to a file that was opened on the same channel, in one request.
   *
   * @param length at least 1: in SFTP, 0 means up to the end of the file
   * @return fails with OperationNotSupportedException if the server has no copy-data
   */
  CompletableFuture<Void> copyData(
      long offset, long length, RemoteHandle target, long targetOffset);

  /** Closes the file. Writes are complete only if this succeeds. A second call does nothing. */
  CompletableFuture<Void> close();
}
