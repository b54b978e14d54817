package io.github.jsftp.internal.reconnect;

import io.github.jsftp.internal.remote.RemoteHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Reads and writes blocks that may be larger than the maximum of one request: after a lost
 * connection, the server may allow smaller requests than before.
 */
final class RequestSplitter {
  private RequestSplitter() {}

  /** Reads into the buffer as {@link RemoteHandle#read} does, perhaps less than it could hold. */
  static CompletableFuture<Integer> read(RemoteHandle from, long offset, ByteBuffer into) {
    int most = from.requestSize();
    if (into.remaining() <= most) {
      return from.read(offset, into);
    }
    int position = into.position();
    ByteBuffer some = into.duplicate().limit(position + most);
    return from.read(offset, some)
        .thenApply(
            count -> {
              into.position(position + Math.max(0, count));
              return count;
            });
  }

  /** Writes all of the buffer, piece after piece. */
  static CompletableFuture<Void> write(RemoteHandle to, long offset, ByteBuffer from) {
    int most = to.requestSize();
    if (from.remaining() <= most) {
      return to.write(offset, from);
    }
    int position = from.position();
    ByteBuffer some = from.duplicate().limit(position + most);
    ByteBuffer rest = from.duplicate().position(position + most);
    return to.write(offset, some).thenCompose(done -> write(to, offset + most, rest));
  }
}
