package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.CommandOptions;
import io.github.jsftp.CommandResult;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.path.NameEncoding;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.session.HeldWindow;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs commands on the server. Safe for use by several threads. */
public final class Commands implements AutoCloseable {
  /** Sent to a command that the caller does not wait for. */
  private static final String SIGNAL = "TERM";

  private static final int NO_STATUS = -1;

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
   * that the server grants, this one waits for its turn. A command that the caller does not wait
   * for is sent a signal, and its channel is closed.
   *
   * @throws IllegalArgumentException if the command contains a NUL character, or one that the
   *     charset lacks
   * @throws java.io.InterruptedIOException if the thread is interrupted
   * @throws OperationTimeoutException if the command takes longer than its time limit
   * @throws ConnectionException if the connection is lost; whether the command has finished is then
   *     unknown
   * @throws IOException or an unchecked exception if a stream of the options throws it
   */
  public CommandResult execute(String command, CommandOptions options) throws IOException {
    OperationNotSupportedException known = unsupported;
    if (known != null) {
      // JSch does not close a channel whose request was refused, so each attempt would leak one.
      throw Results.NEW.operationNotSupportedException(Details.of(known), known);
    }
    if (command.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the command contains a NUL character");
    }
    Charset charset = options.charset().orElse(connection.filenameCharset());
    byte[] bytes;
    try {
      bytes = NameEncoding.encode(command, charset);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the command can't be encoded in " + charset, e);
    }
    return connection.operations().logged("execute", () -> "", () -> run(bytes, charset, options));
  }

  private CommandResult run(byte[] command, Charset charset, CommandOptions options)
      throws IOException {
    RunningCommand started = begin(command, options.stdin().orElse(null));
    boolean ended = false;
    try {
      var printed = new PrintedText(options, charset, failures);
      awaitEnd(started, printed, options);
      ended = true;
      return result(started, printed);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    } finally {
      boolean isOver = ended;
      started.input.stop();
      started.output.abandon();
      connection.execute(() -> end(started.channel, isOver));
    }
  }

  private void end(ChannelExec channel, boolean isOver) {
    try {
      if (!isOver) {
        channel.sendSignal(SIGNAL);
      }
    } catch (Exception e) {
      // The session is lost, which its thread detects.
    }
    channel.disconnect();
    latestEnd = System.nanoTime();
    running.decrementAndGet();
  }

  private record RunningCommand(ChannelExec channel, CommandOutput output, CommandInput input) {}

  /** Starts a command. Waits for a channel if necessary. */
  private RunningCommand begin(byte[] command, @Nullable InputStream stdin) throws IOException {
    long start = System.nanoTime();
    for (int refused = 0; ; refused++) {
      boolean begun = false;
      running.incrementAndGet(); // the server may count the channel before openExec returns
      try {
        RunningCommand started = retry.run("execute", mayHaveTakenEffect -> start(command, stdin));
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
   * Passes on what the command prints until it has ended, or until the session is aborted because
   * the server does not respond.
   */
  private void awaitEnd(RunningCommand started, PrintedText printed, CommandOptions options)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    long limit = options.timeLimit().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    long checkedAt = start;
    boolean keepAliveSent = false;
    int unopened = 0;
    HeldWindow window = HeldWindow.found();
    started.input.start();
    while (true) {
      Duration silence = timeout.get();
      long now = System.nanoTime();
      if (now - start >= limit) {
        throw timedOut(options.timeLimit().orElseThrow());
      }
      if (now - checkedAt >= silence.toNanos()) {
        var sinceKeepAlive = keepAliveSent ? Duration.ofNanos(now - checkedAt) : Duration.ZERO;
        keepAliveSent =
            connection.sessions().probeIfSilent(started.channel, silence, sinceKeepAlive);
        checkedAt = now;
      }
      long wait = Math.min(limit - (now - start), checkedAt + silence.toNanos() - now);
      CommandOutput.Batch batch = started.output.take(Duration.ofNanos(wait));
      if (batch.isEnd) {
        return;
      }
      printed.add(batch);
      unopened += batch.size();
      if (window != null && unopened >= started.channel.getLocalWindowSizeMax() / 2) {
        int bytes = unopened;
        unopened = 0;
        connection.execute(() -> window.reopen(started.channel, bytes));
      }
    }
  }

  private OperationTimeoutException timedOut(Duration limit) {
    String problem =
        "the command was ended, as it took over " + Wording.of(limit) + ", its timeLimit(..)";
    return Results.NEW.operationTimeoutException(failures.details("execute", null, problem), null);
  }

  /**
   * Starts a command.
   *
   * @throws ReplyLostException if the connection was lost before a channel was requested, so that
   *     starting the command may be repeated
   */
  private RunningCommand start(byte[] command, @Nullable InputStream stdin)
      throws IOException, ReplyLostException {
    var output = new CommandOutput(this::isLost);
    try {
      ChannelExec granted =
          connection.openExec(
              channel -> {
                channel.setCommand(command);
                output.attach(channel);
              },
              timeout.get());
      return new RunningCommand(granted, output, new CommandInput(stdin, granted, output::fail));
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
      ChannelExec requested = output.channel();
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

  private CommandResult result(RunningCommand ended, PrintedText printed) throws IOException {
    ChannelExec channel = ended.channel;
    int status = channel.getExitStatus();
    String signal = channel.getExitSignal();
    // Some servers send the status before the end of the output.
    if (ended.output.isTruncated() || (status == NO_STATUS && signal == null && isLost(channel))) {
      throw outcomeUnknown(whyLost(channel));
    }
    return Results.NEW.commandResult(
        printed.stdout(),
        printed.stderr(),
        status == NO_STATUS ? OptionalInt.empty() : OptionalInt.of(status),
        signal);
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
}
