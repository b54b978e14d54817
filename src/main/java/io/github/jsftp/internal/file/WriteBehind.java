package io.github.jsftp.internal.file;

import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.ExceptionTranslator;
import io.github.jsftp.internal.remote.RemoteHandle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes a remote file with blocking calls that do not wait for each reply. A failure is thrown by
 * the next call at the latest, and by all calls after it. Not safe for use by several threads at
 * once.
 */
public final class WriteBehind {
  private final RemoteHandle handle;
  private final ArrayDeque<PendingWrite> pending = new ArrayDeque<>();
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private @Nullable ByteBuffer held; // bytes of a stream that do not fill a request yet
  private long heldAt;
  private @Nullable IOException failure;
  private boolean isReported;

  /** Creates a writer of this file. */
  public WriteBehind(RemoteHandle handle) {
    this.handle = handle;
  }

  private record PendingWrite(ByteBuffer bytes, CompletableFuture<Void> reply) {}

  /**
   * Sends the buffer's remaining bytes, and returns once they are in flight.
   *
   * @throws InterruptedIOException if the thread is interrupted; its interrupt status stays set,
   *     and the buffer's position shows how much was sent
   * @throws IOException the failure of an earlier write
   */
  public void write(long position, ByteBuffer from) throws IOException {
    long offset = position;
    sendHeld();
    awaitReplies(handle.maxInFlight());
    while (from.hasRemaining()) {
      awaitReplies(handle.maxInFlight() - 1);
      ByteBuffer piece = copy(from, buffer(Math.min(from.remaining(), handle.requestSize())));
      send(offset, piece.flip());
      offset += piece.remaining();
    }
  }

  /**
   * Sends the buffer's remaining bytes as full requests. Bytes that do not fill a request are held
   * until they do, or until any other call.
   *
   * @throws InterruptedIOException as {@link #write}
   * @throws IOException as {@link #write}
   */
  public void hold(long position, ByteBuffer from) throws IOException {
    ByteBuffer block = held;
    if (block != null && heldAt + block.position() != position) {
      sendHeld();
    }
    long offset = position;
    while (from.hasRemaining()) {
      block = held;
      if (block == null) {
        block = buffer(handle.requestSize());
        held = block;
        heldAt = offset;
      }
      int before = block.position();
      copy(from, block);
      offset += block.position() - before;
      if (!block.hasRemaining()) {
        sendHeld();
      }
    }
  }

  /**
   * Holds a byte that follows those held, unless it completes a request. This is the fast way for
   * streams that are written byte by byte.
   *
   * @return false if the byte is not held
   */
  public boolean hold(long position, byte b) {
    ByteBuffer block = held;
    if (block == null || heldAt + block.position() != position || block.remaining() == 1) {
      return false;
    }
    block.put(b);
    return true;
  }

  /**
   * Waits until the server has acknowledged all writes.
   *
   * @throws InterruptedIOException if the thread is interrupted; its interrupt status stays set
   * @throws IOException the failure of a write
   */
  public void flush() throws IOException {
    sendHeld();
    awaitReplies(0);
  }

  /**
   * Closes the file after the server has acknowledged all writes.
   *
   * @throws InterruptedIOException if the thread is interrupted; its interrupt status stays set,
   *     and the file is closed nevertheless
   * @throws IOException the failure of an earlier write that has not been reported yet, or of
   *     closing
   */
  public void close() throws IOException {
    boolean wasReported = isReported;
    ByteBuffer block = held;
    if (block != null && failure == null) {
      send(heldAt, block.flip());
    }
    CompletableFuture<Void> closed = handle.close(); // CLOSE is sent after all writes
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

  /** Waits until at most this number of writes are pending. */
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
      // Each call throws its own instance: a caller may add one to another as suppressed.
      throw wasReported && failed instanceof SftpException refusal
          ? ExceptionTranslator.again(refusal)
          : failed;
    }
  }

  private void sendHeld() throws IOException {
    ByteBuffer block = held;
    if (block != null) {
      awaitReplies(handle.maxInFlight() - 1);
      held = null;
      send(heldAt, block.flip());
    }
  }

  private void send(long offset, ByteBuffer piece) {
    pending.addLast(new PendingWrite(piece, handle.write(offset, piece.duplicate())));
  }

  /** Returns an empty buffer of this size. */
  private ByteBuffer buffer(int size) {
    ByteBuffer piece = free.pollFirst();
    if (piece == null || piece.capacity() < size) {
      piece = ByteBuffer.allocate(size);
    }
    return piece.clear().limit(size);
  }

  /** Copies as many bytes as the other buffer takes, and returns that. */
  private static ByteBuffer copy(ByteBuffer from, ByteBuffer into) {
    int limit = from.limit();
    from.limit(from.position() + Math.min(from.remaining(), into.remaining()));
    into.put(from);
    from.limit(limit);
    return into;
  }
}
