package io.github.jsftp.internal.ssh.route;

import io.github.jsftp.internal.async.DaemonThreads;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
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
 * Connects to the first of a host's addresses that answers. The next address is tried 250 ms after
 * the previous one, or as soon as an attempt has failed, as RFC 8305 recommends.
 */
final class HappyEyeballs {
  private static final long HEAD_START = TimeUnit.MILLISECONDS.toNanos(250);

  private final long deadline;
  private final Set<Socket> running = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<ConnectAttempt> finished = new LinkedBlockingQueue<>();
  private volatile @Nullable IOException stopReason;

  private record ConnectAttempt(Socket socket, @Nullable IOException failure) {}

  /**
   * Prepares to connect.
   *
   * @param deadline when to give up, in terms of System.nanoTime
   */
  HappyEyeballs(long deadline) {
    this.deadline = deadline;
  }

  /** Returns the first connected socket, and closes the others. */
  Socket run(List<InetSocketAddress> addresses) throws IOException {
    return run(addresses, List.of());
  }

  /**
   * Returns the first connected socket, and closes the others.
   *
   * @param local the local addresses to connect from; empty for any
   */
  Socket run(List<InetSocketAddress> addresses, List<InetAddress> local) throws IOException {
    IOException failure = new SocketException("the host has no address");
    int started = 0;
    int failed = 0;
    try {
      while (failed < addresses.size()) {
        if (started < addresses.size()) {
          start(addresses.get(started), local);
          started++;
        }
        ConnectAttempt attempt = next(started < addresses.size());
        if (attempt == null) {
          if (started == addresses.size()) {
            throw new SocketTimeoutException("connect timed out");
          }
        } else if (attempt.failure() == null) {
          running.remove(attempt.socket());
          return attempt.socket();
        } else {
          failure = attempt.failure();
          failed++;
        }
      }
      throw failure;
    } finally {
      stop(new IOException("another address has answered"));
    }
  }

  /** Cancels all attempts. May be called from any thread. */
  void stop(IOException reason) {
    stopReason = reason;
    running.forEach(HappyEyeballs::close);
  }

  /**
   * Returns the next finished attempt, or null when the next address is due or the deadline has
   * passed.
   */
  private @Nullable ConnectAttempt next(boolean hasMore) throws IOException {
    long left = deadline - System.nanoTime();
    try {
      return finished.poll(hasMore ? Math.min(left, HEAD_START) : left, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SocketException("interrupted");
    }
  }

  private void start(InetSocketAddress address, List<InetAddress> local) {
    var socket = new Socket();
    running.add(socket);
    DaemonThreads.start(
        "jsftp-race " + address, () -> finished.add(connect(socket, address, local)));
  }

  private ConnectAttempt connect(
      Socket socket, InetSocketAddress address, List<InetAddress> local) {
    try {
      checkNotStopped();
      if (!local.isEmpty()) {
        bind(socket, address.getAddress(), local);
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      socket.connect(address, (int) Math.min(Integer.MAX_VALUE, Math.max(millis, 1)));
      checkNotStopped();
      return new ConnectAttempt(socket, null);
    } catch (IOException e) {
      close(socket);
      running.remove(socket);
      return new ConnectAttempt(socket, e);
    }
  }

  /** Binds a socket to the first local address of the same family. */
  private static void bind(Socket socket, InetAddress remote, List<InetAddress> local)
      throws IOException {
    for (InetAddress address : local) {
      if (address.getClass() == remote.getClass()) {
        socket.bind(new InetSocketAddress(address, 0));
        return;
      }
    }
    throw new BindException("it is of another family than " + remote);
  }

  private void checkNotStopped() throws IOException {
    IOException stop = stopReason;
    if (stop != null) {
      throw stop;
    }
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The socket is not used any more.
    }
  }
}
