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
  private int ahead = 1;
  private int calls; // of read

  /** Reads this file. */
  public ReadAhead(RemoteHandle handle) {
    this.handle = handle;
  }

  /** Bytes that are here or in flight. */
  private final class Piece {
    final long offset;
    final ByteBuffer bytes;
    CompletableFuture<Integer> coming;
    int askedBy; // which call of read
    int taken;

    Piece(long offset, int size) {
      this.offset = offset;
      bytes = ByteBuffer.allocate(size);
      coming = ask();
    }

    /** Asks for what is missing. */
    CompletableFuture<Integer> ask() {
      askedBy = calls;
      return handle.read(offset + bytes.position(), bytes);
    }

    boolean isTaken() {
      return taken > 0 && taken == bytes.position();
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
      drop();
      next = position;
    }
    while (true) {
      ask(into.remaining());
      Piece first = pieces.element();
      if (arrived(first) < 0) {
        drop();
        if (first.askedBy == calls) {
          return -1;
        }
        continue; // the file may have grown since its end was asked for
      }
      int bytes = take(first, into);
      next += bytes;
      if (bytes > 0) {
        return bytes;
      }
    }
  }

  /** Forgets what was read ahead, because it may have changed. */
  public void drop() {
    pieces.clear();
    ahead = 1;
  }

  private void ask(int wanted) {
    // Until it is clear that the reader goes on, no more is asked for than is probably wanted.
    int size = handle.requestSize();
    if (ahead == 1) {
      size = Math.min(size, Math.max(FIRST_PIECE, wanted));
    }
    long from = pieces.isEmpty() ? next : pieces.getLast().end();
    int most = Math.min(ahead, handle.depth());
    while (pieces.size() < most || pieces.isEmpty()) {
      pieces.addLast(new Piece(from, size));
      from += size;
    }
    Piece first = pieces.element();
    if (first.isTaken()) { // the answer was shorter than asked for
      first.coming = first.ask();
    }
  }

  /** Waits for a piece if nothing of it is left to take; returns -1 at the end of the file. */
  private int arrived(Piece piece) throws IOException {
    boolean done = false;
    try {
      int bytes = Await.result(piece.coming);
      done = true;
      return bytes;
    } catch (java.io.InterruptedIOException e) {
      done = true; // the piece still comes
      throw e;
    } finally {
      if (!done) {
        drop();
      }
    }
  }

  /** Copies what is there. */
  private int take(Piece piece, ByteBuffer into) {
    int bytes = Math.min(piece.bytes.position() - piece.taken, into.remaining());
    into.put(into.position(), piece.bytes, piece.taken, bytes);
    into.position(into.position() + bytes);
    piece.taken += bytes;
    if (piece.taken == piece.bytes.capacity()) {
      pieces.removeFirst();
      ahead = Math.min(ahead * 2, handle.depth());
    }
    return bytes;
  }
}
