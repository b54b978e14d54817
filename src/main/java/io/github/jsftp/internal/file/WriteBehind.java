package io.github.jsftp.internal.file;

import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.Retold;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes a remote file as blocking methods do, without waiting for each answer. A failure comes up
 * in the next call at the latest, and again in all that follow. Not safe for use by several threads
 * at once.
 */
public final class WriteBehind {
  private final RemoteHandle handle;
  private final ArrayDeque<PendingWrite> pending = new ArrayDeque<>();
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private @Nullable IOException failure;
  private boolean isReported;

  /** Writes this file. */
  public WriteBehind(RemoteHandle handle) {
    this.handle = handle;
  }

  private record PendingWrite(ByteBuffer bytes, CompletableFuture<Void> reply) {}

  /**
   * Sends the buffer's remaining bytes, and returns when they are on their way.
   *
   * @throws InterruptedIOException if the thread is interrupted, which it stays; the buffer's
   *     position tells how much is on its way
   * @throws IOException what an earlier write failed with
   */
  public void write(long position, ByteBuffer from) throws IOException {
    long offset = position;
    awaitReplies(handle.maxInFlight());
    while (from.hasRemaining()) {
      awaitReplies(handle.maxInFlight() - 1);
      ByteBuffer piece = copy(from);
      pending.addLast(new PendingWrite(piece, handle.write(offset, piece.duplicate())));
      offset += piece.remaining();
    }
  }

  /**
   * Waits until the server has taken all.
   *
   * @throws InterruptedIOException if the thread is interrupted, which it stays
   * @throws IOException what a write failed with
   */
  public void flush() throws IOException {
    awaitReplies(0);
  }

  /**
   * Closes the file, and waits until the server has taken all.
   *
   * @throws InterruptedIOException if the thread is interrupted, which it stays; the file is closed
   *     nevertheless
   * @throws IOException what a write failed with that no call has told of, or closing
   */
  public void close() throws IOException {
    boolean wasReported = isReported;
    CompletableFuture<Void> closed = handle.close(); // leaves after all that was written
    try {
      awaitReplies(0);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      if (!wasReported) {
        throw e;
      }
    }
    if (!wasReported) {
      Await.result(closed);
    }
  }

  /** Waits until no more than this number are without an answer. */
  private void awaitReplies(int maxPending) throws IOException {
    while (!pending.isEmpty()
        && (pending.size() > maxPending || pending.element().reply().isDone())) {
      PendingWrite oldest = pending.element();
      try {
        Await.result(oldest.reply());
        free.addLast(oldest.bytes());
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        }
      }
      pending.removeFirst();
    }
    IOException failed = failure;
    if (failed != null) {
      boolean wasReported = isReported;
      isReported = true;
      // An instance of its own for each call: the caller may add one to another as suppressed.
      throw wasReported && failed instanceof SftpException refusal ? Retold.again(refusal) : failed;
    }
  }

  private ByteBuffer copy(ByteBuffer from) {
    int size = Math.min(from.remaining(), handle.requestSize());
    ByteBuffer piece = free.pollFirst();
    if (piece == null || piece.capacity() < size) {
      piece = ByteBuffer.allocate(size);
    }
    piece.clear();
    int limit = from.limit();
    from.limit(from.position() + size);
    piece.put(from);
    from.limit(limit);
    return piece.flip();
  }
}
