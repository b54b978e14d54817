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
import io.github.jsftp.internal.ssh.config.Wording;
import io.github.jsftp.internal.ssh.session.SshConnection;
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
  private static final int SIGNALLED = 128;

  /** Signals by number, as on Linux; those without a name in RFC 4254 are left out. */
  private static final List<String> SIGNALS =
      List.of(
          "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
          "USR2", "PIPE", "ALRM", "TERM");

  /** How often to ask for a channel while other commands have all that there are. */
  private static final Backoff TURN =
      new Backoff(0, Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofSeconds(1));

  private final SshConnection connection;
  private final Supplier<Duration> timeout;
  private final Failures failures;
  private final RequestRetry requestRetry;
  private final AtomicInteger running = new AtomicInteger();
  private volatile long latestEnd = System.nanoTime() - TURN.limit().toNanos();
  private volatile @Nullable OperationNotSupportedException unsupported;

  /**
   * Runs commands on a connection.
   *
   * @param timeout how long the server may be silent while a command runs, before it is asked for a
   *     sign of life, and then until there is one; asked for each time
   * @param backoff how often to ask for a channel again after a lost connection
   */
  public Commands(
      SshConnection connection, Supplier<Duration> timeout, Failures failures, Backoff backoff) {
    this.connection = connection;
    this.timeout = timeout;
    this.failures = failures;
    requestRetry = new RequestRetry(backoff, failures, connection.operations());
  }

  /**
   * Runs a command and waits for its end, however long it is silent, as long as the server lives.
   * Where the server grants no channel because other commands of this connection have them all, it
   * waits for its turn.
   *
   * @throws IllegalArgumentException if there is a NUL in the command
   * @throws java.io.InterruptedIOException if the thread is interrupted; the channel is then
   *     closed, which ends most commands
   * @throws ConnectionException if the connection is lost meanwhile; whether the command has run to
   *     its end is then unknown
   */
  public CommandResult execute(String command) throws IOException {
    OperationNotSupportedException known = unsupported;
    if (known != null) {
      // JSch never closes a channel whose request was refused, so asking again would use them up.
      throw new OperationNotSupportedException(known.details(), known);
    }
    if (command.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("command has a NUL");
    }
    return connection.operations().logged("execute", () -> "", () -> run(command));
  }

  private CommandResult run(String command) throws IOException {
    Started started = begin(command);
    ChannelExec channel = started.channel;
    try {
      channel.getOutputStream().close();
      awaitEnd(started);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    } finally {
      connection.execute(() -> end(channel));
    }
    return result(channel, started.run);
  }

  private void end(ChannelExec channel) {
    channel.disconnect();
    latestEnd = System.nanoTime();
    running.decrementAndGet();
  }

  private record Started(ChannelExec channel, Run run) {}

  /** Starts a command once there is a channel for it. */
  private Started begin(String command) throws IOException {
    long asked = System.nanoTime();
    for (int refused = 0; ; refused++) {
      boolean begun = false;
      running.incrementAndGet(); // the server may count its channel before this side knows of it
      try {
        Started started = requestRetry.answer("execute", unsure -> start(command));
        begun = true;
        return started;
      } catch (ConnectionException e) {
        if (!isRefused(e) || !isWorthWaiting(asked)) {
          throw e;
        }
      } finally {
        if (!begun) {
          running.decrementAndGet();
        }
      }
      requestRetry.pause("execute", TURN.pause(refused));
    }
  }

  private static boolean isRefused(ConnectionException e) {
    return e.getCause() instanceof ConnectionException refused
        && refused.getCause() instanceof Transport.Refused;
  }

  /** Returns true if another command has a channel or asks for one, or had one until just now. */
  private boolean isWorthWaiting(long asked) {
    long now = System.nanoTime();
    Duration patience = timeout.get().plus(connection.connectTimeout());
    return (running.get() > 1 || now - latestEnd < TURN.limit().toNanos())
        && now - Math.max(asked, latestEnd) < patience.toNanos();
  }

  /** Waits for the end of a command, or of a server that gives no sign of life. */
  private void awaitEnd(Started started) throws InterruptedException {
    boolean asked = false;
    long askedAt = 0;
    Duration limit = timeout.get();
    while (!started.run.ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      long now = System.nanoTime();
      var sinceAsked = asked ? Duration.ofNanos(now - askedAt) : Duration.ZERO;
      asked = connection.sessions().isMute(started.channel, limit, sinceAsked);
      askedAt = now;
      limit = timeout.get();
    }
  }

  /** Starts a command; what has not even been granted a channel may be tried again. */
  private Started start(String command) throws IOException, ReplyLostException {
    var run = new Run();
    try {
      ChannelExec granted =
          connection.openExec(
              channel -> {
                channel.setCommand(command.getBytes(StandardCharsets.UTF_8));
                channel.setOutputStream(run.stdout);
                channel.setErrStream(run.stderr);
                run.channel = channel;
              },
              timeout.get());
      return new Started(granted, run);
    } catch (OperationTimeoutException e) {
      // It was not connecting that the user asked for.
      throw new OperationTimeoutException(
          failures.details("execute", null, e.details().problem()), e);
    } catch (OperationNotSupportedException e) {
      unsupported = e;
      throw e;
    } catch (AuthenticationException | HostKeyException e) {
      throw e;
    } catch (ConnectionException e) {
      ChannelExec begun = run.channel;
      if (begun != null && connection.sessions().isLost(begun)) {
        // The command may have been started although its channel was never reported open.
        throw unknown(whyGone(begun));
      }
      if (begun == null && connection.isClosed()) {
        throw failures.connectionClosed("execute", null);
      }
      var told = failures.connection("execute", null, e.details().problem(), e);
      if (begun != null || e.getCause() instanceof Transport.Refused) {
        throw told;
      }
      throw new ReplyLostException(told, false);
    }
  }

  private CommandResult result(ChannelExec channel, Run run) throws IOException {
    int status = channel.getExitStatus();
    String signal = channel.getExitSignal();
    if (status < 0 && signal != null) {
      int number = SIGNALS.indexOf(signal);
      status = number < 0 ? -1 : SIGNALLED + number;
    } else if (status < 0 && isGone(channel)) {
      throw unknown(whyGone(channel));
    }
    if (run.cutShort) {
      throw unknown(whyGone(channel)); // some servers tell the status before the output
    }
    return new CommandResult(
        run.stdout.toString(StandardCharsets.UTF_8),
        run.stderr.toString(StandardCharsets.UTF_8),
        status);
  }

  private boolean isGone(Channel channel) {
    return connection.isClosed()
        || connection.sessions().isLost(channel)
        || connection.sessions().whyLost(channel) != null;
  }

  private @Nullable Throwable whyGone(Channel channel) {
    return connection.isClosed()
        ? new IOException("the connection is closed")
        : connection.sessions().whyLost(channel);
  }

  private ConnectionException unknown(@Nullable Throwable why) {
    return failures.connection(
        "execute",
        null,
        "connection lost, and unknown whether the command has run to its end"
            + (why == null ? "" : ": " + Wording.of(why)),
        why);
  }

  /** Ends all waiting for a connection. */
  @Override
  public void close() {
    requestRetry.close();
  }

  /** What a command prints. JSch closes both streams, stderr's last, when the channel is gone. */
  private final class Run {
    private volatile @Nullable ChannelExec channel;
    private volatile boolean cutShort;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ByteArrayOutputStream stdout =
        new ByteArrayOutputStream() {
          private boolean closed;

          @Override
          public void close() {
            ChannelExec of = channel;
            if (!closed && of != null) {
              closed = true;
              cutShort = isGone(of);
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
