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
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private @Nullable IOException failure;
  private boolean told;

  /** Writes this file. */
  public WriteBehind(RemoteHandle handle) {
    this.handle = handle;
  }

  private record Sent(ByteBuffer bytes, CompletableFuture<Void> answer) {}

  /**
   * Sends the buffer's remaining bytes, and returns when they are on their way.
   *
   * @throws InterruptedIOException if the thread is interrupted, which it stays; the buffer's
   *     position tells how much is on its way
   * @throws IOException what an earlier write failed with
   */
  public void write(long position, ByteBuffer from) throws IOException {
    long offset = position;
    settle(handle.depth());
    while (from.hasRemaining()) {
      settle(handle.depth() - 1);
      ByteBuffer piece = copy(from);
      sent.addLast(new Sent(piece, handle.write(offset, piece.duplicate())));
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
    settle(0);
  }

  /**
   * Closes the file, and waits until the server has taken all.
   *
   * @throws InterruptedIOException if the thread is interrupted, which it stays; the file is closed
   *     nevertheless
   * @throws IOException what a write failed with that no call has told of, or closing
   */
  public void close() throws IOException {
    boolean toldBefore = told;
    CompletableFuture<Void> closed = handle.close(); // leaves after all that was written
    try {
      settle(0);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      if (!toldBefore) {
        throw e;
      }
    }
    if (!toldBefore) {
      Await.result(closed);
    }
  }

  /** Waits until no more than this number are without an answer. */
  private void settle(int most) throws IOException {
    while (!sent.isEmpty() && (sent.size() > most || sent.element().answer().isDone())) {
      Sent oldest = sent.element();
      try {
        Await.result(oldest.answer());
        free.addLast(oldest.bytes());
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        }
      }
      sent.removeFirst();
    }
    IOException failed = failure;
    if (failed != null) {
      boolean again = told;
      told = true;
      // An instance of its own for each call: the caller may add one to another as suppressed.
      throw again && failed instanceof SftpException refusal ? Retold.again(refusal) : failed;
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
