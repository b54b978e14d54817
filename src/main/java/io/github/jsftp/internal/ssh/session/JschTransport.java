package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelSftp;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A JSch channel with the SFTP subsystem at its far end. */
final class JschTransport implements Transport {
  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(100);
  private static final Duration EXIT_STATUS_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

  private final Channel channel;
  private final BlockingExecutor executor;
  private final OutputStream requests;
  private final CompletableFuture<Void> granted;
  private final StderrCapture errors;
  private final long deadline;
  private final SessionPool sessions;
  private final Runnable onRelease;

  /**
   * Wraps a channel.
   *
   * @param granted completes when the server has confirmed the SFTP subsystem
   * @param errors collects the server's error output
   * @param deadline when connecting must be finished, in terms of System.nanoTime
   * @param sessions the pool that holds the channel's session
   * @param onRelease is called when the channel counts no more
   */
  JschTransport(
      Channel channel,
      BlockingExecutor executor,
      CompletableFuture<Void> granted,
      StderrCapture errors,
      long deadline,
      SessionPool sessions,
      Runnable onRelease)
      throws IOException {
    this.channel = channel;
    this.errors = errors;
    this.granted = granted;
    this.deadline = deadline;
    this.sessions = sessions;
    this.onRelease = onRelease;
    this.executor = executor;
    requests = new RequestStream(channel.getOutputStream());
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

  /** Returns true if JSch has exchanged SFTP versions already, as {@link ChannelSftp} does. */
  @Override
  public boolean isVersionExchanged() {
    return channel instanceof ChannelSftp;
  }

  @Override
  public String exitMessage() {
    long start = System.nanoTime();
    while (!channel.isClosed() && System.nanoTime() - start < EXIT_STATUS_TIMEOUT.toNanos()) {
      LockSupport.parkNanos(
          POLL_INTERVAL.toNanos()); // JSch does not notify when the exit status arrives
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
    return sessions.probeIfSilent(channel, limit, Duration.ZERO);
  }

  @Override
  public void release() {
    onRelease.run();
  }

  /** Disconnects on another thread, since that may block if the peer is dead. */
  @Override
  public void close() {
    release();
    if (!channel.isConnected()) {
      channel.disconnect();
      return;
    }
    var closed = new CompletableFuture<Boolean>();
    executor.execute(
        () -> {
          channel.disconnect();
          closed.complete(true);
        });
    try {
      BlockingExecutor.await(closed, CLOSE_TIMEOUT, done -> {});
    } catch (TimeoutException | IOException e) {
      // The channel ends with its session at the latest.
    }
  }

  /**
   * The stream of requests. Fails once the channel is closed; JSch's own stream silently discards
   * what is written then.
   */
  private final class RequestStream extends OutputStream {
    private final OutputStream out;

    RequestStream(OutputStream out) {
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
