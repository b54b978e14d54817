package io.github.jsftp.testing;

import io.github.jsftp.testing.FaultProxy.Direction;
import java.util.function.BooleanSupplier;

/**
 * The longest chain of messages in a conversation, each sent after the one before had arrived. A
 * message of the client adds one to the longest chain that has reached the client. A message of the
 * server continues the longest chain that has reached the server.
 *
 * <p>The chain is never shorter than the true one. It is longer where a side sends late what it
 * could have sent before another message came. To prevent that, messages may pass in rounds: those
 * of both sides wait until nothing has passed for a while and both sides wait as well, so that they
 * may be as slow as they like.
 */
final class RoundTrips {
  private long atClient;
  private long atServer;
  private long silenceNanos; // before a round; 0: no rounds
  private long lastEvent;
  private long lastRound;

  /** Holds messages from now on until {@link #startRound}; zero lets them pass at once. */
  synchronized void inRounds(long newSilenceNanos) {
    silenceNanos = newSilenceNanos;
    lastRound = System.nanoTime();
    lastEvent = lastRound;
  }

  /** Returns true if a message that arrived at the given time has to wait for a round. */
  synchronized boolean isHeld(long arrival) {
    return silenceNanos > 0 && arrival - lastRound > 0;
  }

  synchronized boolean hasRounds() {
    return silenceNanos > 0;
  }

  /** Lets all messages pass that have arrived; returns false if it is too early. */
  boolean startRound(BooleanSupplier bothSidesWait) {
    long last = lastEventBeforeSilence();
    // Twice: between two threads, one may have waited and the other have been done by then.
    if (last == 0 || !bothSidesWait.getAsBoolean() || !bothSidesWait.getAsBoolean()) {
      return false;
    }
    synchronized (this) {
      boolean stillSilent = lastEvent == last;
      if (stillSilent) {
        lastRound = System.nanoTime();
        lastEvent = lastRound;
      }
      return stillSilent;
    }
  }

  private synchronized long lastEventBeforeSilence() {
    return System.nanoTime() - lastEvent < silenceNanos ? 0 : lastEvent;
  }

  /** Returns the length of the chain of a message that one side sends now. */
  synchronized long arrived(Direction direction) {
    lastEvent = System.nanoTime();
    return direction == Direction.UP ? atClient + 1 : atServer;
  }

  /** Records that the other side is about to receive it; call this before it can answer. */
  synchronized void delivered(Direction direction, long depth) {
    lastEvent = System.nanoTime();
    if (direction == Direction.UP) {
      atServer = Math.max(atServer, depth);
    } else {
      atClient = Math.max(atClient, depth);
    }
  }

  /** The round trips so far. */
  synchronized long count() {
    return atClient;
  }
}
