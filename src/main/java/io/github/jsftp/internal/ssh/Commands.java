package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.ChannelExec;
import io.github.jsftp.CommandResult;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.internal.pipeline.Failures;
import io.github.jsftp.internal.transfer.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Runs commands on the server. Safe for use by several threads. */
public final class Commands {
  private static final int SIGNALLED = 128;

  /** Signals by number, as on Linux; those without a name in RFC 4254 are left out. */
  private static final List<String> SIGNALS =
      List.of(
          "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
          "USR2", "PIPE", "ALRM", "TERM");

  private final SshConnection connection;
  private final Failures failures;
  private volatile @Nullable OperationNotSupportedException unsupported;

  /** Runs commands on a connection. */
  public Commands(SshConnection connection, Failures failures) {
    this.connection = connection;
    this.failures = failures;
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
    ChannelExec channel = start(command, run);
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

  private ChannelExec start(String command, Run run) throws IOException {
    try {
      return connection.openExec(
          channel -> {
            channel.setCommand(command.getBytes(StandardCharsets.UTF_8));
            channel.setOutputStream(run.stdout);
            channel.setErrStream(run.stderr);
          });
    } catch (OperationNotSupportedException e) {
      unsupported = e;
      throw e;
    } catch (ConnectionException e) {
      throw failures.connection("execute", null, e.details().problem(), e);
    }
  }

  private CommandResult result(ChannelExec channel, Run run) throws IOException {
    int status = channel.getExitStatus();
    String signal = channel.getExitSignal();
    if (status < 0 && signal != null) {
      int number = SIGNALS.indexOf(signal);
      status = number < 0 ? -1 : SIGNALLED + number;
    } else if (status < 0) {
      Throwable why = connection.whyLost(channel);
      if (why != null || !connection.isConnected()) {
        throw failures.connection(
            "execute",
            null,
            "connection lost, and unknown whether the command has run to its end"
                + (why == null ? "" : ": " + Lost.words(why)),
            why);
      }
    }
    return new CommandResult(
        run.stdout.toString(StandardCharsets.UTF_8),
        run.stderr.toString(StandardCharsets.UTF_8),
        status);
  }

  /** What a command prints. JSch closes both streams, stderr's last, when the channel is gone. */
  private static final class Run {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            ended.countDown();
          }
        };
  }
}
