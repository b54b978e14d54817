package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.CommandResult;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs commands on the server. Safe for use by several threads. */
public final class Commands implements AutoCloseable {
  private static final int SIGNAL_STATUS = 128;

  /** Signals by their numbers on Linux; those without a name in RFC 4254 are left out. */
  private static final List<String> SIGNALS =
      List.of(
          "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
          "USR2", "PIPE", "ALRM", "TERM");

  /**
   * The pauses between attempts to open a channel while other commands use all that the server
   * grants.
   */
  private static final Backoff CHANNEL_BACKOFF =
      new Backoff(0, Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofSeconds(1));

  private final SshConnection connection;
  private final Supplier<Duration> timeout;
  private final Failures failures;
  private final RequestRetry retry;
  private final AtomicInteger running = new AtomicInteger();
  private volatile long latestEnd = System.nanoTime() - CHANNEL_BACKOFF.limit().toNanos();
  private volatile @Nullable OperationNotSupportedException unsupported;

  /**
   * Creates a runner of commands on a connection.
   *
   * @param timeout returns the limit for the server's silence while a command runs; after it a
   *     keep-alive request is sent, and after as long again the session is aborted
   * @param backoff the retries if the connection is lost before a channel is open
   */
  public Commands(
      SshConnection connection, Supplier<Duration> timeout, Failures failures, Backoff backoff) {
    this.connection = connection;
    this.timeout = timeout;
    this.failures = failures;
    retry = new RequestRetry(backoff, failures, connection.operations());
  }

  /**
   * Runs a command and waits for its end. The command may be silent for any time, as long as the
   * server responds to keep-alive requests. If other commands of this connection use all channels
   * that the server grants, this one waits for its turn.
   *
   * @throws IllegalArgumentException if the command contains a NUL character
   * @throws java.io.InterruptedIOException if the thread is interrupted; the channel is then
   *     closed, which ends most commands
   * @throws ConnectionException if the connection is lost; whether the command has finished is then
   *     unknown
   */
  public CommandResult execute(String command) throws IOException {
    OperationNotSupportedException known = unsupported;
    if (known != null) {
      // JSch does not close a channel whose request was refused, so each attempt would leak one.
      throw Results.NEW.operationNotSupportedException(Details.of(known), known);
    }
    if (command.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the command contains a NUL character");
    }
    return connection.operations().logged("execute", () -> "", () -> run(command));
  }

  private CommandResult run(String command) throws IOException {
    RunningCommand started = begin(command);
    ChannelExec channel = started.channel;
    try {
      channel.getOutputStream().close();
      awaitEnd(started);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    } finally {
      connection.execute(() -> end(channel));
    }
    return result(channel, started.output);
  }

  private void end(ChannelExec channel) {
    channel.disconnect();
    latestEnd = System.nanoTime();
    running.decrementAndGet();
  }

  private record RunningCommand(ChannelExec channel, CommandOutput output) {}

  /** Starts a command. Waits for a channel if necessary. */
  private RunningCommand begin(String command) throws IOException {
    long start = System.nanoTime();
    for (int refused = 0; ; refused++) {
      boolean begun = false;
      running.incrementAndGet(); // the server may count the channel before openExec returns
      try {
        RunningCommand started = retry.run("execute", mayHaveTakenEffect -> start(command));
        begun = true;
        return started;
      } catch (ConnectionException e) {
        if (!isChannelRefused(e) || !mayGetChannel(start)) {
          throw e;
        }
      } finally {
        if (!begun) {
          running.decrementAndGet();
        }
      }
      retry.pause("execute", CHANNEL_BACKOFF.pause(refused));
    }
  }

  private static boolean isChannelRefused(ConnectionException e) {
    return e.getCause() instanceof ConnectionException refused
        && refused.getCause() instanceof Transport.Refused;
  }

  /**
   * Returns true if a channel may become free: another command has or requests one, or has ended
   * just now.
   */
  private boolean mayGetChannel(long start) {
    long now = System.nanoTime();
    Duration limit = timeout.get().plus(connection.connectTimeout());
    return (running.get() > 1 || now - latestEnd < CHANNEL_BACKOFF.limit().toNanos())
        && now - Math.max(start, latestEnd) < limit.toNanos();
  }

  /**
   * Waits until the command has ended, or the session is aborted because the server does not
   * respond.
   */
  private void awaitEnd(RunningCommand started) throws InterruptedException {
    boolean keepAliveSent = false;
    long checkedAt = 0;
    Duration limit = timeout.get();
    while (!started.output.ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      long now = System.nanoTime();
      var sinceKeepAlive = keepAliveSent ? Duration.ofNanos(now - checkedAt) : Duration.ZERO;
      keepAliveSent = connection.sessions().probeIfSilent(started.channel, limit, sinceKeepAlive);
      checkedAt = now;
      limit = timeout.get();
    }
  }

  /**
   * Starts a command.
   *
   * @throws ReplyLostException if the connection was lost before a channel was requested, so that
   *     starting the command may be repeated
   */
  private RunningCommand start(String command) throws IOException, ReplyLostException {
    var output = new CommandOutput();
    try {
      ChannelExec granted =
          connection.openExec(
              channel -> {
                channel.setCommand(command.getBytes(StandardCharsets.UTF_8));
                channel.setOutputStream(output.stdout);
                channel.setErrStream(output.stderr);
                output.channel = channel;
              },
              timeout.get());
      return new RunningCommand(granted, output);
    } catch (OperationTimeoutException e) {
      // The message names the user's operation instead of "connect".
      throw Results.NEW.operationTimeoutException(
          failures.details("execute", null, Details.of(e).problem()), e);
    } catch (OperationNotSupportedException e) {
      unsupported = e;
      throw e;
    } catch (AuthenticationException | HostKeyException e) {
      throw e;
    } catch (ConnectionException e) {
      ChannelExec requested = output.channel;
      if (requested != null && connection.sessions().isLost(requested)) {
        // The server may have started the command, although the channel was not reported open.
        throw outcomeUnknown(whyLost(requested));
      }
      if (requested == null && connection.isClosed()) {
        throw failures.connectionClosed("execute", null);
      }
      var failure = failures.connection("execute", null, Details.of(e).problem(), e);
      if (requested != null || e.getCause() instanceof Transport.Refused) {
        throw failure;
      }
      throw new ReplyLostException(failure, false);
    }
  }

  private CommandResult result(ChannelExec channel, CommandOutput output) throws IOException {
    int status = channel.getExitStatus();
    String signal = channel.getExitSignal();
    if (status < 0 && signal != null) {
      int number = SIGNALS.indexOf(signal);
      status = number < 0 ? -1 : SIGNAL_STATUS + number;
    } else if (status < 0 && isLost(channel)) {
      throw outcomeUnknown(whyLost(channel));
    }
    if (output.truncated) {
      // Some servers send the status before the end of the output.
      throw outcomeUnknown(whyLost(channel));
    }
    return new CommandResult(
        output.stdout.toString(StandardCharsets.UTF_8),
        output.stderr.toString(StandardCharsets.UTF_8),
        status);
  }

  private boolean isLost(Channel channel) {
    return connection.isClosed()
        || connection.sessions().isLost(channel)
        || connection.sessions().whyLost(channel) != null;
  }

  private @Nullable Throwable whyLost(Channel channel) {
    return connection.isClosed()
        ? new IOException("the connection is closed")
        : connection.sessions().whyLost(channel);
  }

  private ConnectionException outcomeUnknown(@Nullable Throwable why) {
    return failures.connection(
        "execute",
        null,
        "connection lost, and unknown whether the command has finished"
            + (why == null ? "" : ": " + Wording.of(why)),
        why);
  }

  /** Ends all pauses between attempts to connect. */
  @Override
  public void close() {
    retry.close();
  }

  /** The output of a command. JSch closes both streams when the channel ends, stderr last. */
  private final class CommandOutput {
    private volatile @Nullable ChannelExec channel;
    private volatile boolean truncated;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ByteArrayOutputStream stdout =
        new ByteArrayOutputStream() {
          private boolean closed;

          @Override
          public void close() {
            ChannelExec current = channel;
            if (!closed && current != null) {
              closed = true;
              truncated = isLost(current);
            }
          }
        };
    private final ByteArrayOutputStream stderr =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            ended.countDown();
          }
        };
  }
}
