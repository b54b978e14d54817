package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.internal.async.BlockingExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the one of a host's addresses that answers first. The next address is tried 250 ms
 * after the one before, or as soon as one has failed, as RFC 8305 recommends.
 */
final class HappyEyeballs {
  private static final long HEAD_START = TimeUnit.MILLISECONDS.toNanos(250);

  private final long deadline;
  private final Set<Socket> running = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private volatile @Nullable IOException cut;

  private record Outcome(Socket socket, @Nullable IOException failure) {}

  /**
   * Prepares to connect.
   *
   * @param deadline when to give up, by System.nanoTime()
   */
  HappyEyeballs(long deadline) {
    this.deadline = deadline;
  }

  /** Returns a connected socket; the others are closed. */
  Socket run(List<InetSocketAddress> addresses) throws IOException {
    IOException failure = new SocketException("the host has no address");
    int started = 0;
    int failed = 0;
    try {
      while (failed < addresses.size()) {
        if (started < addresses.size()) {
          start(addresses.get(started));
          started++;
        }
        Outcome outcome = next(started < addresses.size());
        if (outcome == null) {
          if (started == addresses.size()) {
            throw new SocketTimeoutException("connect timed out");
          }
        } else if (outcome.failure() == null) {
          running.remove(outcome.socket());
          return outcome.socket();
        } else {
          failure = outcome.failure();
          failed++;
        }
      }
      throw failure;
    } finally {
      stop(new IOException("another address has answered"));
    }
  }

  /** Ends all attempts from any thread. */
  void stop(IOException reason) {
    cut = reason;
    running.forEach(HappyEyeballs::close);
  }

  /** Returns the next outcome, or null when it is time to try the next address, or to give up. */
  private @Nullable Outcome next(boolean hasMore) throws IOException {
    long left = deadline - System.nanoTime();
    try {
      return outcomes.poll(hasMore ? Math.min(left, HEAD_START) : left, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SocketException("interrupted");
    }
  }

  private void start(InetSocketAddress address) {
    var socket = new Socket();
    running.add(socket);
    BlockingExecutor.daemon("jsftp-race " + address, () -> outcomes.add(connect(socket, address)))
        .start();
  }

  private Outcome connect(Socket socket, InetSocketAddress address) {
    try {
      check();
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      socket.connect(address, (int) Math.min(Integer.MAX_VALUE, Math.max(millis, 1)));
      check();
      return new Outcome(socket, null);
    } catch (IOException e) {
      close(socket);
      running.remove(socket);
      return new Outcome(socket, e);
    }
  }

  private void check() throws IOException {
    IOException stop = cut;
    if (stop != null) {
      throw stop;
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing was sent over it.
    }
  }
}
