package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.SftpException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.ssh.session.SshConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ChannelSftp} and the single thread that uses it. JSch reads replies from a pipe, which
 * breaks when the last thread that read from it has ended. An interrupt in the middle of a call
 * would leave a reply in the pipe for the next call; here it only ends the caller's wait.
 */
final class ChannelSftpWorker {
  private final SshConnection connection;
  private final boolean mayOpenSession;
  private final LinkedBlockingQueue<Runnable> calls = new LinkedBlockingQueue<>();
  private volatile @Nullable ChannelSftp channel;
  private volatile boolean opened;
  private volatile boolean discarded;

  /**
   * Creates the channel; {@link #open} opens it.
   *
   * @param number for the name of the thread
   * @param mayOpenSession true to open a further session if the existing ones grant no channel
   */
  ChannelSftpWorker(SshConnection connection, int number, boolean mayOpenSession) {
    this.connection = connection;
    this.mayOpenSession = mayOpenSession;
    DaemonThreads.start("jsftp-control-" + number, this::run);
  }

  /** A call of {@link ChannelSftp}. */
  @FunctionalInterface
  interface SftpCall<T> {
    T on(ChannelSftp channel) throws SftpException, IOException;
  }

  private void run() {
    try {
      while (!discarded) {
        calls.take().run();
      }
    } catch (InterruptedException e) {
      // Nothing here interrupts this thread. If anything else does, the channel ends.
      discard();
    }
  }

  /** Opens the channel if it is not open yet. */
  void open(Duration limit) throws IOException, TimeoutException {
    if (!opened) {
      var done = new CompletableFuture<ChannelSftp>();
      add(
          () ->
              BlockingExecutor.run(
                  () -> connection.openSftp(mayOpenSession, created -> channel = created),
                  done,
                  late -> discard()),
          done);
      boolean succeeded = false;
      try {
        BlockingExecutor.await(done, limit, late -> {});
        succeeded = true;
        opened = true;
      } finally {
        if (!succeeded) {
          discard();
        }
      }
    }
  }

  /**
   * Makes a call on the channel's thread. Discards the channel unless the call returns a result or
   * an error status of the server.
   *
   * @throws SftpException with the error status of the server
   * @throws FailedCallException if there was no valid reply
   */
  <T> T call(SftpCall<T> call, Duration limit) throws IOException, SftpException, TimeoutException {
    var answer = new CompletableFuture<T>();
    boolean usable = false;
    add(() -> BlockingExecutor.run(() -> run(call), answer, late -> {}), answer);
    try {
      T value = BlockingExecutor.await(answer, limit, late -> {});
      usable = true;
      return value;
    } catch (OperationNotSupportedException e) {
      usable = true;
      throw e;
    } catch (FailedCallException e) {
      if (e.getCause() instanceof SftpException status && isStatus(status)) {
        usable = true;
        throw status;
      }
      throw e;
    } finally {
      if (!usable) {
        discard();
      }
    }
  }

  private void add(Runnable work, CompletableFuture<?> result) {
    calls.add(work);
    if (discarded) {
      // The thread may have ended without running this task.
      result.completeExceptionally(new FailedCallException("the channel is closed", null, false));
    }
  }

  private <T> T run(SftpCall<T> call) throws IOException {
    ChannelSftp current = channel;
    if (current == null || !isOpen()) {
      // JSch would lose the whole session by writing to a channel that the server has closed.
      throw new FailedCallException("the channel is closed", null, false);
    }
    try {
      return call.on(current);
    } catch (SftpException e) {
      throw new FailedCallException(String.valueOf(e.getMessage()), e, true);
    }
  }

  /** A call failed without a valid reply. */
  static final class FailedCallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean sent;

    FailedCallException(String message, @Nullable Throwable cause, boolean sent) {
      super(message, cause);
      this.sent = sent;
    }

    /** Returns true if the request may have reached the server. */
    boolean isSent() {
      return sent;
    }

    /** Returns true if the cause is the end of the channel, not an invalid reply. */
    boolean isChannelClosed() {
      return getCause() == null || getCause().getCause() instanceof IOException;
    }
  }

  /**
   * Returns true if JSch's exception is an error status of the server. The channel can then be used
   * again.
   */
  private static boolean isStatus(SftpException e) {
    String message = e.getMessage();
    return e.getCause() == null
        && e.id != ChannelSftp.SSH_FX_OK
        && message != null
        && (message.startsWith("SSH_FX_") || message.startsWith("Unknown code"));
  }

  /** Returns true if the channel can be used. */
  boolean isOpen() {
    ChannelSftp current = channel;
    return opened && !discarded && current != null && current.isConnected() && !current.isClosed();
  }

  /** Returns true if the channel's session is lost. */
  boolean isLost() {
    ChannelSftp current = channel;
    return current != null && connection.sessions().isLost(current);
  }

  /** Returns why the channel's session was lost, or null if it is connected. */
  @Nullable Throwable whyLost() {
    ChannelSftp current = channel;
    return current == null ? connection.whyLost() : connection.sessions().whyLost(current);
  }

  /** Closes the channel and ends its thread, without waiting. */
  void discard() {
    if (!discarded) {
      discarded = true;
      calls.add(() -> {});
    }
    ChannelSftp current = channel;
    if (current != null) {
      connection.execute(current::disconnect);
    }
  }
}
