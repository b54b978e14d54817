package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.CommandResult;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.internal.pipeline.Failures;
import io.github.jsftp.internal.pipeline.Link;
import io.github.jsftp.internal.transfer.Await;
import io.github.jsftp.internal.transfer.Backoff;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Runs commands on the server. Safe for use by several threads. */
public final class Commands implements AutoCloseable {
  private static final int SIGNALLED = 128;

  /** Signals by number, as on Linux; those without a name in RFC 4254 are left out. */
  private static final List<String> SIGNALS =
      List.of(
          "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
          "USR2", "PIPE", "ALRM", "TERM");

  private final SshConnection connection;
  private final Failures failures;
  private final Repetition repetition;
  private volatile @Nullable OperationNotSupportedException unsupported;

  /**
   * Runs commands on a connection.
   *
   * @param backoff how often to ask for a channel again after a lost connection
   */
  public Commands(SshConnection connection, Failures failures, Backoff backoff) {
    this.connection = connection;
    this.failures = failures;
    repetition = new Repetition(backoff, failures);
  }

  /**
   * Runs a command and waits for its end, however long it is silent.
   *
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
    var run = new Run();
    ChannelExec channel = repetition.answer("execute", unsure -> start(command, run));
    try {
      channel.getOutputStream().close();
      run.ended.await();
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    } finally {
      connection.execute(channel::disconnect);
    }
    return result(channel, run);
  }

  /** Starts a command; what has not even been granted a channel may be tried again. */
  private ChannelExec start(String command, Run run) throws IOException, Unanswered {
    try {
      return connection.openExec(
          channel -> {
            channel.setCommand(command.getBytes(StandardCharsets.UTF_8));
            channel.setOutputStream(run.stdout);
            channel.setErrStream(run.stderr);
            run.channel = channel;
          });
    } catch (OperationNotSupportedException e) {
      unsupported = e;
      throw e;
    } catch (AuthenticationException | HostKeyException e) {
      throw e;
    } catch (ConnectionException e) {
      ChannelExec begun = run.channel;
      if (begun != null && connection.isLost(begun)) {
        // The command may have been started although its channel was never reported open.
        throw unknown(whyGone(begun));
      }
      if (begun == null && connection.isClosed()) {
        throw failures.closed("execute", null);
      }
      var told = failures.connection("execute", null, e.details().problem(), e);
      if (begun != null || e.getCause() instanceof Link.Refused) {
        throw told;
      }
      throw new Unanswered(told, false);
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
        || connection.isLost(channel)
        || connection.whyLost(channel) != null;
  }

  private @Nullable Throwable whyGone(Channel channel) {
    return connection.isClosed()
        ? new IOException("the connection is closed")
        : connection.whyLost(channel);
  }

  private ConnectionException unknown(@Nullable Throwable why) {
    return failures.connection(
        "execute",
        null,
        "connection lost, and unknown whether the command has run to its end"
            + (why == null ? "" : ": " + Words.of(why)),
        why);
  }

  /** Ends all waiting for a connection. */
  @Override
  public void close() {
    repetition.close();
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
