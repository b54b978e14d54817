package io.github.jsftp.internal.file;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.RemoteHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a remote file with blocking calls. The longer it is read sequentially, the more is
 * requested ahead. Not safe for use by several threads at once.
 */
public final class ReadAhead {
  private static final int FIRST_PIECE = 32 * 1024;

  private final RemoteHandle handle;
  private final ArrayDeque<Piece> pieces = new ArrayDeque<>(); // without gaps between them
  private long next; // the offset where the last read ended
  private int depth = 1;
  private int calls; // the number of calls of read

  /** Creates a reader of this file. */
  public ReadAhead(RemoteHandle handle) {
    this.handle = handle;
  }

  /** Bytes that have arrived or are requested. */
  private final class Piece {
    final long offset;
    final ByteBuffer bytes;
    CompletableFuture<Integer> reply;
    int requestedBy; // the number of the call of read that sent the request
    int consumed;

    Piece(long offset, int size) {
      this.offset = offset;
      bytes = ByteBuffer.allocate(size);
      reply = request();
    }

    /** Requests the missing bytes. */
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
   * Reads some bytes at the position.
   *
   * @return the number of bytes read, or -1 if the file currently ends there
   * @throws java.io.InterruptedIOException if the thread is interrupted; its interrupt status stays
   *     set
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
        continue; // the file may have grown since an earlier call requested its end
      }
      int bytes = copy(first, into);
      next += bytes;
      if (bytes > 0) {
        return bytes;
      }
    }
  }

  /** Discards all bytes that were read ahead, since they may be outdated. */
  public void discard() {
    pieces.clear();
    depth = 1;
  }

  private void request(int requested) {
    // Until the reads are known to be sequential, request no more than the caller needs.
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
    if (first.isConsumed()) { // the reply was shorter than requested
      first.reply = first.request();
    }
  }

  /** Waits for the reply to a piece; returns -1 at the end of the file. */
  private int await(Piece piece) throws IOException {
    boolean done = false;
    try {
      int bytes = Await.result(piece.reply);
      done = true;
      return bytes;
    } catch (java.io.InterruptedIOException e) {
      done = true; // the reply can still arrive
      throw e;
    } finally {
      if (!done) {
        discard();
      }
    }
  }

  /** Copies the bytes that have arrived. */
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
