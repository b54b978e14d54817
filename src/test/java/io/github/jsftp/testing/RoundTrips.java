package io.github.jsftp.testing;

import io.github.jsftp.testing.FaultProxy.Direction;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The longest chain of messages in a conversation, each sent after the one before had arrived. A
 * message of the client adds one to the longest chain that has reached the client. A message of the
 * server continues the longest chain that has reached the server.
 *
 * <p>The chain is never shorter than the true one. It is longer where the client sends late what it
 * could have sent before an answer came, so the delay must be longer than a thread may have to wait
 * for its turn.
 */
final class RoundTrips {
  private final AtomicLong atClient = new AtomicLong();
  private final AtomicLong atServer = new AtomicLong();

  /** Returns the length of the chain of a message that one side sends now. */
  long arrived(Direction direction) {
    return direction == Direction.UP ? atClient.get() + 1 : atServer.get();
  }

  /** Records that the other side is about to receive it; call this before it can answer. */
  void delivered(Direction direction, long depth) {
    (direction == Direction.UP ? atServer : atClient).accumulateAndGet(depth, Math::max);
  }

  /** The round trips so far. */
  long count() {
    return atClient.get();
  }
}
