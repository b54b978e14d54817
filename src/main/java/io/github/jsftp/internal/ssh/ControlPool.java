package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.SftpException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.pipeline.Failures;
import io.github.jsftp.internal.pipeline.Link;
import io.github.jsftp.internal.transfer.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few channels for single requests, opened when needed and kept; who comes first is served first.
 */
final class ControlPool implements AutoCloseable {
  private static final int CHANNELS = 2;

  private final SshConnection connection;
  private final Supplier<Duration> timeout;
  private final Failures failures;
  private final Set<ControlChannel> all = new HashSet<>();
  private final ArrayDeque<ControlChannel> idle = new ArrayDeque<>();
  private final ArrayDeque<CompletableFuture<ControlChannel>> waiting = new ArrayDeque<>();
  private int limit = CHANNELS;
  private int created;
  private boolean closed;

  ControlPool(SshConnection connection, Supplier<Duration> timeout, Failures failures) {
    this.connection = connection;
    this.timeout = timeout;
    this.failures = failures;
  }

  /**
   * Makes a call on one of the channels.
   *
   * @throws SftpException with the status that the server answered
   */
  <T> T call(String operation, @Nullable String path, ControlChannel.Call<T> call)
      throws IOException, SftpException {
    while (true) {
      ControlChannel channel = take(operation, path);
      try {
        if (opened(channel, operation, path)) {
          return call(channel, operation, path, call);
        }
      } finally {
        giveBack(channel);
      }
    }
  }

  private <T> T call(
      ControlChannel channel, String operation, @Nullable String path, ControlChannel.Call<T> call)
      throws IOException, SftpException {
    Duration patience = timeout.get();
    try {
      return channel.call(call, patience);
    } catch (TimeoutException e) {
      throw failures.timedOut(operation, path, patience);
    } catch (ControlChannel.Broken e) {
      throw broken(operation, path, e);
    }
  }

  /** Opens the channel; returns false if the server grants fewer channels than hoped for. */
  private boolean opened(ControlChannel channel, String operation, @Nullable String path)
      throws IOException {
    Duration patience = connection.connectTimeout();
    try {
      channel.open(patience);
      return true;
    } catch (Link.Refused e) {
      synchronized (this) {
        limit = Math.max(1, all.size() - 1);
      }
      return false;
    } catch (TimeoutException | OperationTimeoutException e) {
      throw failures.timedOut(operation, path, patience);
    } catch (ConnectionException e) {
      // It was not connecting that the user asked for.
      throw failures.connection(operation, path, e.details().problem(), e);
    }
  }

  private IOException broken(String operation, @Nullable String path, ControlChannel.Broken e) {
    if (isClosed()) {
      return failures.closed(operation, path);
    }
    Throwable why = connection.whyLost();
    if (why != null || !connection.isConnected()) {
      return failures.lost(operation, path, why);
    }
    return e.isEnd()
        ? failures.connection(operation, path, "the server has ended SFTP", e.getCause())
        : failures.protocol(operation, path, String.valueOf(e.getMessage()), e.getCause());
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private ControlChannel take(String operation, @Nullable String path) throws IOException {
    CompletableFuture<ControlChannel> turn;
    synchronized (this) {
      if (closed) {
        throw failures.closed(operation, path);
      }
      while (!idle.isEmpty()) {
        ControlChannel channel = idle.removeLast();
        if (channel.isOpen()) {
          return channel;
        }
        drop(channel);
      }
      if (all.size() < limit) {
        return create();
      }
      turn = new CompletableFuture<>();
      waiting.add(turn);
    }
    try {
      return turn.get();
    } catch (InterruptedException e) {
      leave(turn);
      throw Await.interrupted(e);
    } catch (ExecutionException e) {
      throw failures.closed(operation, path);
    }
  }

  private synchronized void leave(CompletableFuture<ControlChannel> turn) {
    if (!waiting.removeIf(one -> one == turn) && !turn.isCompletedExceptionally()) {
      giveBack(turn.join());
    }
  }

  private synchronized void giveBack(ControlChannel channel) {
    boolean usable = channel.isOpen() && !closed;
    if (!usable) {
      drop(channel);
    }
    if (!waiting.isEmpty() && (usable || all.size() < limit)) {
      waiting.remove().complete(usable ? channel : create());
    } else if (usable) {
      idle.add(channel);
    }
  }

  private synchronized ControlChannel create() {
    // The first one is needed; without the second one calls only wait for each other.
    var channel = new ControlChannel(connection, ++created, all.isEmpty());
    all.add(channel);
    return channel;
  }

  private synchronized void drop(ControlChannel channel) {
    channel.discard();
    all.remove(channel);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      idle.clear();
      List.copyOf(all).forEach(this::drop);
      waiting.forEach(turn -> turn.completeExceptionally(new IOException("closed")));
      waiting.clear();
    }
  }
}
