package io.github.jsftp.testing;

import io.github.jsftp.testing.FaultProxy.Direction;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The longest chain of messages in a conversation, each sent after the one before had arrived. What
 * the client sends is one further than all that has reached it; what the server sends is as far as
 * all that has reached it.
 *
 * <p>The chain is never shorter than the true one. It is longer where the client sends late what it
 * could have sent before an answer came, so the delay must be longer than a thread may have to wait
 * for its turn.
 */
final class RoundTrips {
  private final AtomicLong atClient = new AtomicLong();
  private final AtomicLong atServer = new AtomicLong();

  /** Returns how far a message is that comes from one side now. */
  long arrived(Direction direction) {
    return direction == Direction.UP ? atClient.get() + 1 : atServer.get();
  }

  /** Notes that the other side is about to get it; to be called before it can answer. */
  void delivered(Direction direction, long depth) {
    (direction == Direction.UP ? atServer : atClient).accumulateAndGet(depth, Math::max);
  }

  /** The round trips so far: how far the client has come. */
  long count() {
    return atClient.get();
  }
}
