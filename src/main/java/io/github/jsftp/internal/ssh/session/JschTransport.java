package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelSftp;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.ssh.config.Wording;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A channel with the sftp subsystem at its far end. */
final class JschTransport implements Transport {
  private static final Duration USUAL = Duration.ofMillis(100);
  private static final Duration FAREWELL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Channel channel;
  private final BlockingExecutor blockingExecutor;
  private final OutputStream requests;
  private final CompletableFuture<Void> granted;
  private final ErrorOutput errors;
  private final long deadline;
  private final SessionPool sessions;

  /**
   * Wraps a channel.
   *
   * @param granted whether there is SFTP on it
   * @param errors takes what the server writes to its error output
   * @param deadline until when connecting may take, by System.nanoTime
   * @param sessions those that the channel's is one of
   */
  JschTransport(
      Channel channel,
      BlockingExecutor blockingExecutor,
      CompletableFuture<Void> granted,
      ErrorOutput errors,
      long deadline,
      SessionPool sessions)
      throws IOException {
    this.channel = channel;
    this.errors = errors;
    this.granted = granted;
    this.deadline = deadline;
    this.sessions = sessions;
    this.blockingExecutor = blockingExecutor;
    requests = new Requests(channel.getOutputStream());
  }

  @Override
  public OutputStream requests() {
    return requests;
  }

  @Override
  public CompletableFuture<Void> accepted() {
    return granted;
  }

  @Override
  public Duration remainingConnectTime() {
    return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
  }

  /** Says whether JSch has exchanged greetings, as it does on channels of its own SFTP. */
  @Override
  public boolean isVersionExchanged() {
    return channel instanceof ChannelSftp;
  }

  @Override
  public String exitMessage() {
    long start = System.nanoTime();
    while (!channel.isClosed() && System.nanoTime() - start < FAREWELL.toNanos()) {
      LockSupport.parkNanos(PAUSE.toNanos()); // JSch tells nobody when the status is there
    }
    String said = errors.text();
    int status = channel.getExitStatus();
    String quoted = said.isEmpty() ? "" : "it said " + Wording.quoted(said);
    if (status < 0) {
      return quoted;
    }
    return "its exit status is " + status + (quoted.isEmpty() ? "" : ", and " + quoted);
  }

  @Override
  public boolean isSilent(Duration limit) {
    return sessions.isMute(channel, limit, Duration.ZERO);
  }

  /** Says goodbye on another thread: to a dead peer that may block. */
  @Override
  public void close() {
    if (!channel.isConnected()) {
      channel.disconnect();
      return;
    }
    var closed = new CompletableFuture<Boolean>();
    blockingExecutor.execute(
        () -> {
          channel.disconnect();
          closed.complete(true);
        });
    try {
      BlockingExecutor.await(closed, USUAL, done -> {});
    } catch (TimeoutException | IOException e) {
      // It ends when the session does, at the latest.
    }
  }

  /** JSch's stream drops what is written after the channel's end without a word. */
  private final class Requests extends OutputStream {
    private final OutputStream out;

    Requests(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      check();
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      check();
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }

    private void check() throws IOException {
      if (channel.isClosed()) {
        throw new IOException("the channel is closed");
      }
    }
  }
}
