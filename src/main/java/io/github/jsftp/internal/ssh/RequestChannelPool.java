package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.SftpException;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.session.SshConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few channels for single requests, opened when needed and kept; who comes first is served first.
 */
final class RequestChannelPool implements AutoCloseable {
  private static final int CHANNELS = 2;

  private final SshConnection connection;
  private final Supplier<Duration> timeout;
  private final Failures failures;
  private final Set<RequestChannel> all = new HashSet<>();
  private final ArrayDeque<RequestChannel> idle = new ArrayDeque<>();
  private final ArrayDeque<CompletableFuture<RequestChannel>> waiting = new ArrayDeque<>();
  private final AtomicLong answers = new AtomicLong();
  private int limit = CHANNELS;
  private int created;
  private boolean closed;

  RequestChannelPool(SshConnection connection, Supplier<Duration> timeout, Failures failures) {
    this.connection = connection;
    this.timeout = timeout;
    this.failures = failures;
  }

  /**
   * Makes a call on one of the channels.
   *
   * @throws SftpException with the status that the server answered
   * @throws ReplyLostException if the connection was lost or fell silent
   */
  <T> T call(String operation, @Nullable String path, RequestChannel.Call<T> call)
      throws IOException, SftpException, ReplyLostException {
    while (true) {
      RequestChannel channel = take(operation, path);
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
      RequestChannel channel, String operation, @Nullable String path, RequestChannel.Call<T> call)
      throws IOException, SftpException, ReplyLostException {
    Duration patience = timeout.get();
    try {
      T answer = channel.call(call, patience);
      answers.incrementAndGet();
      return answer;
    } catch (SftpException e) {
      answers.incrementAndGet();
      throw e;
    } catch (TimeoutException e) {
      connection.cutSilent(patience);
      throw new ReplyLostException(failures.timedOut(operation, path, patience), true);
    } catch (RequestChannel.Broken e) {
      throw broken(channel, operation, path, e);
    }
  }

  /** Opens the channel; returns false if the server grants fewer channels than hoped for. */
  private boolean opened(RequestChannel channel, String operation, @Nullable String path)
      throws IOException, ReplyLostException {
    Duration patience = connection.patience(timeout.get());
    try {
      channel.open(patience);
      return true;
    } catch (Transport.Refused e) {
      synchronized (this) {
        limit = Math.max(1, all.size() - 1);
      }
      return false;
    } catch (TimeoutException | OperationTimeoutException e) {
      connection.cutSilent(patience);
      throw new ReplyLostException(failures.timedOut(operation, path, patience), false);
    } catch (AuthenticationException | HostKeyException e) {
      throw e;
    } catch (ConnectionException e) {
      if (isClosed()) {
        throw failures.connectionClosed(operation, path);
      }
      // It was not connecting that the user asked for.
      throw new ReplyLostException(
          failures.connection(operation, path, e.details().problem(), e), false);
    }
  }

  /** Returns the exception for a call that was not answered, or throws it. */
  private ReplyLostException broken(
      RequestChannel channel, String operation, @Nullable String path, RequestChannel.Broken e)
      throws IOException {
    if (isClosed()) {
      throw failures.connectionClosed(operation, path);
    }
    Throwable why = channel.whyLost();
    if (why != null || channel.isLost()) {
      return new ReplyLostException(failures.connectionLost(operation, path, why), e.isSent());
    }
    if (e.isEnd()) {
      var told = failures.connection(operation, path, "the server has ended SFTP", e.getCause());
      return new ReplyLostException(told, e.isSent());
    }
    String problem = String.valueOf(e.getMessage());
    throw failures.protocolViolation(
        operation, path, problem.isBlank() ? "the answer is of the wrong kind" : problem, e);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private RequestChannel take(String operation, @Nullable String path)
      throws IOException, ReplyLostException {
    CompletableFuture<RequestChannel> turn;
    synchronized (this) {
      if (closed) {
        throw failures.connectionClosed(operation, path);
      }
      while (!idle.isEmpty()) {
        RequestChannel channel = idle.removeLast();
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
      return awaitTurn(turn, operation, path);
    } catch (InterruptedException e) {
      leave(turn);
      throw Await.interrupted(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw failures.connectionClosed(operation, path);
    }
  }

  /** Waits for as long as others get answers. */
  private RequestChannel awaitTurn(
      CompletableFuture<RequestChannel> turn, String operation, @Nullable String path)
      throws InterruptedException, ExecutionException, ReplyLostException {
    Duration patience = timeout.get().plus(connection.connectTimeout());
    while (true) {
      long before = answers.get();
      try {
        return turn.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (before == answers.get()) {
          leave(turn);
          throw new ReplyLostException(failures.timedOut(operation, path, patience), false);
        }
      }
    }
  }

  private synchronized void leave(CompletableFuture<RequestChannel> turn) {
    if (!waiting.removeIf(one -> one == turn) && !turn.isCompletedExceptionally()) {
      giveBack(turn.join());
    }
  }

  private synchronized void giveBack(RequestChannel channel) {
    boolean usable = channel.isOpen() && !closed;
    if (!usable) {
      drop(channel);
    }
    if (usable && !waiting.isEmpty()) {
      waiting.remove().complete(channel);
    } else if (usable) {
      idle.add(channel);
    }
    while (!waiting.isEmpty() && all.size() < limit) {
      CompletableFuture<RequestChannel> next = waiting.remove();
      try {
        next.complete(create());
      } catch (Error e) { // no further thread is to be had
        next.completeExceptionally(e);
      }
    }
  }

  private synchronized RequestChannel create() {
    // The first one is needed; without the second one calls only wait for each other.
    var channel = new RequestChannel(connection, ++created, all.isEmpty());
    all.add(channel);
    return channel;
  }

  private synchronized void drop(RequestChannel channel) {
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
