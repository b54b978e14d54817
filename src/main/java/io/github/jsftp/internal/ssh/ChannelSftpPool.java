package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.SftpException;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Details;
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
 * A pool of channels for single requests. Channels are opened on demand and kept; waiting calls are
 * served in order.
 */
final class ChannelSftpPool implements AutoCloseable {
  private static final int MAX_CHANNELS = 2;

  private final SshConnection connection;
  private final Supplier<Duration> timeout;
  private final Failures failures;
  private final Set<ChannelSftpWorker> all = new HashSet<>();
  private final ArrayDeque<ChannelSftpWorker> idle = new ArrayDeque<>();
  private final ArrayDeque<CompletableFuture<ChannelSftpWorker>> waiting = new ArrayDeque<>();
  private final AtomicLong answers = new AtomicLong();
  private int maxChannels = MAX_CHANNELS;
  private int lastNumber;
  private boolean closed;

  ChannelSftpPool(SshConnection connection, Supplier<Duration> timeout, Failures failures) {
    this.connection = connection;
    this.timeout = timeout;
    this.failures = failures;
  }

  /**
   * Makes a call on one of the channels.
   *
   * @throws SftpException with the error status of the server
   * @throws ReplyLostException if the connection was lost, or the server stopped responding
   */
  <T> T call(String operation, @Nullable String path, ChannelSftpWorker.SftpCall<T> call)
      throws IOException, SftpException, ReplyLostException {
    while (true) {
      ChannelSftpWorker channel = borrow(operation, path);
      try {
        if (open(channel, operation, path)) {
          return call(channel, operation, path, call);
        }
      } finally {
        giveBack(channel);
      }
    }
  }

  private <T> T call(
      ChannelSftpWorker channel,
      String operation,
      @Nullable String path,
      ChannelSftpWorker.SftpCall<T> call)
      throws IOException, SftpException, ReplyLostException {
    Duration limit = timeout.get();
    try {
      T answer = channel.call(call, limit);
      answers.incrementAndGet();
      return answer;
    } catch (SftpException e) {
      answers.incrementAndGet();
      throw e;
    } catch (TimeoutException e) {
      connection.cutSilent(limit);
      throw new ReplyLostException(failures.timedOut(operation, path, limit), true);
    } catch (ChannelSftpWorker.FailedCallException e) {
      throw mapFailure(channel, operation, path, e);
    }
  }

  /** Opens a channel. Returns false if the server grants fewer channels than expected. */
  private boolean open(ChannelSftpWorker channel, String operation, @Nullable String path)
      throws IOException, ReplyLostException {
    Duration limit = connection.openTimeout(timeout.get());
    try {
      channel.open(limit);
      return true;
    } catch (Transport.Refused e) {
      synchronized (this) {
        maxChannels = Math.max(1, all.size() - 1);
      }
      return false;
    } catch (TimeoutException | OperationTimeoutException e) {
      connection.cutSilent(limit);
      throw new ReplyLostException(failures.timedOut(operation, path, limit), false);
    } catch (AuthenticationException | HostKeyException e) {
      throw e;
    } catch (ConnectionException e) {
      if (isClosed()) {
        throw failures.connectionClosed(operation, path);
      }
      // The message names the user's operation instead of "connect".
      throw new ReplyLostException(
          failures.connection(operation, path, Details.of(e).problem(), e), false);
    }
  }

  /**
   * Returns the exception for a call without a valid reply if the call may be repeated; throws any
   * other.
   */
  private ReplyLostException mapFailure(
      ChannelSftpWorker channel,
      String operation,
      @Nullable String path,
      ChannelSftpWorker.FailedCallException e)
      throws IOException {
    if (isClosed()) {
      throw failures.connectionClosed(operation, path);
    }
    Throwable why = channel.whyLost();
    if (why != null || channel.isLost()) {
      return new ReplyLostException(failures.connectionLost(operation, path, why), e.isSent());
    }
    if (e.isChannelClosed()) {
      var failure = failures.connection(operation, path, "the server has ended SFTP", e.getCause());
      return new ReplyLostException(failure, e.isSent());
    }
    String problem = String.valueOf(e.getMessage());
    throw failures.protocolViolation(
        operation, path, problem.isBlank() ? "unexpected type of reply" : problem, e);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private ChannelSftpWorker borrow(String operation, @Nullable String path)
      throws IOException, ReplyLostException {
    CompletableFuture<ChannelSftpWorker> turn;
    synchronized (this) {
      if (closed) {
        throw failures.connectionClosed(operation, path);
      }
      while (!idle.isEmpty()) {
        ChannelSftpWorker channel = idle.removeLast();
        if (channel.isOpen()) {
          return channel;
        }
        drop(channel);
      }
      if (all.size() < maxChannels) {
        return create();
      }
      turn = new CompletableFuture<>();
      waiting.add(turn);
    }
    try {
      return awaitTurn(turn, operation, path);
    } catch (InterruptedException e) {
      cancel(turn);
      throw Await.interrupted(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw failures.connectionClosed(operation, path);
    }
  }

  /** Waits for a channel. Gives up if no other call receives a reply within the limit. */
  private ChannelSftpWorker awaitTurn(
      CompletableFuture<ChannelSftpWorker> turn, String operation, @Nullable String path)
      throws InterruptedException, ExecutionException, ReplyLostException {
    Duration limit = timeout.get().plus(connection.connectTimeout());
    while (true) {
      long before = answers.get();
      try {
        return turn.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (before == answers.get()) {
          cancel(turn);
          throw new ReplyLostException(failures.timedOut(operation, path, limit), false);
        }
      }
    }
  }

  private synchronized void cancel(CompletableFuture<ChannelSftpWorker> turn) {
    if (!waiting.removeIf(one -> one == turn) && !turn.isCompletedExceptionally()) {
      giveBack(turn.join());
    }
  }

  private synchronized void giveBack(ChannelSftpWorker channel) {
    boolean usable = channel.isOpen() && !closed;
    if (!usable) {
      drop(channel);
    }
    if (usable && !waiting.isEmpty()) {
      waiting.remove().complete(channel);
    } else if (usable) {
      idle.add(channel);
    }
    while (!waiting.isEmpty() && all.size() < maxChannels) {
      CompletableFuture<ChannelSftpWorker> next = waiting.remove();
      try {
        next.complete(create());
      } catch (Error e) { // the JVM can't create another thread
        next.completeExceptionally(e);
      }
    }
  }

  private synchronized ChannelSftpWorker create() {
    // Only the first channel is worth a further session. Without a second one, calls merely wait.
    var channel = new ChannelSftpWorker(connection, ++lastNumber, all.isEmpty());
    all.add(channel);
    return channel;
  }

  private synchronized void drop(ChannelSftpWorker channel) {
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
