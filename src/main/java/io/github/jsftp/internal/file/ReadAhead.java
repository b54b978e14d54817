package io.github.jsftp.internal.file;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.RemoteHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a remote file as blocking methods do, asking for more ahead the longer it is read one piece
 * after the other. Not safe for use by several threads at once.
 */
public final class ReadAhead {
  private static final int FIRST_PIECE = 32 * 1024;

  private final RemoteHandle handle;
  private final ArrayDeque<Piece> pieces = new ArrayDeque<>(); // without gaps between them
  private long next; // where the last read ended
  private int depth = 1;
  private int calls; // of read

  /** Reads this file. */
  public ReadAhead(RemoteHandle handle) {
    this.handle = handle;
  }

  /** Bytes that are here or in flight. */
  private final class Piece {
    final long offset;
    final ByteBuffer bytes;
    CompletableFuture<Integer> reply;
    int requestedBy; // which call of read
    int consumed;

    Piece(long offset, int size) {
      this.offset = offset;
      bytes = ByteBuffer.allocate(size);
      reply = request();
    }

    /** Asks for what is missing. */
    CompletableFuture<Integer> request() {
      requestedBy = calls;
      return handle.read(offset + bytes.position(), bytes);
    }

    boolean isConsumed() {
      return consumed > 0 && consumed == bytes.position();
    }

    long end() {
      return offset + bytes.capacity();
    }
  }

  /**
   * Reads some bytes from the position.
   *
   * @return how many, or -1 if the file ends there now
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   */
  public int read(long position, ByteBuffer into) throws IOException {
    if (!into.hasRemaining()) {
      return 0;
    }
    calls++;
    if (position != next) {
      discard();
      next = position;
    }
    while (true) {
      request(into.remaining());
      Piece first = pieces.element();
      if (await(first) < 0) {
        discard();
        if (first.requestedBy == calls) {
          return -1;
        }
        continue; // the file may have grown since its end was asked for
      }
      int bytes = copy(first, into);
      next += bytes;
      if (bytes > 0) {
        return bytes;
      }
    }
  }

  /** Forgets what was read ahead, because it may have changed. */
  public void discard() {
    pieces.clear();
    depth = 1;
  }

  private void request(int requested) {
    // Until it is clear that the reader goes on, no more is asked for than is probably wanted.
    int size = handle.requestSize();
    if (depth == 1) {
      size = Math.min(size, Math.max(FIRST_PIECE, requested));
    }
    long from = pieces.isEmpty() ? next : pieces.getLast().end();
    int max = Math.min(depth, handle.maxInFlight());
    while (pieces.size() < max || pieces.isEmpty()) {
      pieces.addLast(new Piece(from, size));
      from += size;
    }
    Piece first = pieces.element();
    if (first.isConsumed()) { // the answer was shorter than asked for
      first.reply = first.request();
    }
  }

  /** Waits for a piece if nothing of it is left to take; returns -1 at the end of the file. */
  private int await(Piece piece) throws IOException {
    boolean done = false;
    try {
      int bytes = Await.result(piece.reply);
      done = true;
      return bytes;
    } catch (java.io.InterruptedIOException e) {
      done = true; // the piece still comes
      throw e;
    } finally {
      if (!done) {
        discard();
      }
    }
  }

  /** Copies what is there. */
  private int copy(Piece piece, ByteBuffer into) {
    int bytes = Math.min(piece.bytes.position() - piece.consumed, into.remaining());
    into.put(into.position(), piece.bytes, piece.consumed, bytes);
    into.position(into.position() + bytes);
    piece.consumed += bytes;
    if (piece.consumed == piece.bytes.capacity()) {
      pieces.removeFirst();
      depth = Math.min(depth * 2, handle.maxInFlight());
    }
    return bytes;
  }
}
