package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * An open remote file. Requests leave in the order in which they are made, those made in one go in
 * as few packets as possible. Safe for use by several threads.
 */
public interface RemoteHandle {

  /** Returns the most bytes that one read or write may carry. */
  int requestSize();

  /**
   * Returns how many reads or writes of the full size are worth having on their way on this file's
   * channel: fewer when they are large, so that the memory they take stays the same.
   */
  default int maxInFlight() {
    return Math.max(1, 4 * 1024 * 1024 / requestSize());
  }

  /**
   * Reads into the buffer's remaining space, at most {@link #requestSize()}, and advances its
   * position. The heap buffer belongs to the store until the future completes.
   *
   * @return how many bytes came, perhaps fewer than asked for, or -1 at the end of the file
   */
  CompletableFuture<Integer> read(long offset, ByteBuffer into);

  /**
   * Writes the buffer's remaining bytes, at most {@link #requestSize()}. The heap buffer belongs to
   * the store until the future completes.
   */
  CompletableFuture<Void> write(long offset, ByteBuffer from);

  /** Tells what the file is now. */
  CompletableFuture<FileInfo> stat();

  /** Changes what is not null. */
  CompletableFuture<Void> setAttributes(Attributes attributes);

  /**
   * Has the server write the file to its disk.
   *
   * @return fails with OperationNotSupportedException without fsync@openssh.com
   */
  CompletableFuture<Void> fsync();

  /** Opens another file on the same channel. */
  CompletableFuture<RemoteHandle> openOnSameChannel(
      String path, Set<RemoteStore.OpenMode> modes, Attributes attributes);

  /**
   * Copies bytes on the server to a file opened on the same channel, in one request.
   *
   * @param length at least 1: SFTP takes 0 for all the rest
   * @return fails with OperationNotSupportedException without the extension copy-data
   */
  CompletableFuture<Void> copyData(
      long offset, long length, RemoteHandle target, long targetOffset);

  /** Closes the file; its outcome is part of a write's outcome. A second call does nothing. */
  CompletableFuture<Void> close();
}
