package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.SftpException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.ssh.session.SshConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A ChannelSftp with the one thread that ever uses it. Its pipe breaks when the thread that read
 * from it last has ended; and an interrupt in the middle of a call would leave the answer in the
 * pipe for the next one.
 */
final class RequestChannel {
  private final SshConnection connection;
  private final boolean needed;
  private final LinkedBlockingQueue<Runnable> calls = new LinkedBlockingQueue<>();
  private volatile @Nullable ChannelSftp channel;
  private volatile boolean opened;
  private volatile boolean discarded;

  /**
   * Creates the channel, which is opened by {@link #open}.
   *
   * @param needed whether to open a further session rather than to be refused
   */
  RequestChannel(SshConnection connection, int number, boolean needed) {
    this.connection = connection;
    this.needed = needed;
    BlockingExecutor.daemon("jsftp-control-" + number, this::run).start();
  }

  /** One request and its answer. */
  @FunctionalInterface
  interface Call<T> {
    T on(ChannelSftp channel) throws SftpException, IOException;
  }

  private void run() {
    try {
      while (!discarded) {
        calls.take().run();
      }
    } catch (InterruptedException e) {
      // Nobody interrupts it; if somebody does, it ends.
      discard();
    }
  }

  /** Opens the channel, unless it is open. */
  void open(Duration limit) throws IOException, TimeoutException {
    if (!opened) {
      var done = new CompletableFuture<ChannelSftp>();
      add(
          () ->
              BlockingExecutor.run(
                  () -> connection.openSftp(needed, created -> channel = created),
                  done,
                  late -> discard()),
          done);
      boolean here = false;
      try {
        BlockingExecutor.await(done, limit, late -> {});
        here = true;
        opened = true;
      } finally {
        if (!here) {
          discard();
        }
      }
    }
  }

  /**
   * Makes a call on the channel's thread, and throws the channel away unless it is answered in
   * order.
   *
   * @throws SftpException with the status that the server answered
   * @throws Broken if there was no sensible answer
   */
  <T> T call(Call<T> call, Duration limit) throws IOException, SftpException, TimeoutException {
    var answer = new CompletableFuture<T>();
    boolean inOrder = false;
    add(() -> BlockingExecutor.run(() -> answered(call), answer, late -> {}), answer);
    try {
      T value = BlockingExecutor.await(answer, limit, late -> {});
      inOrder = true;
      return value;
    } catch (OperationNotSupportedException e) {
      inOrder = true;
      throw e;
    } catch (Broken e) {
      if (e.getCause() instanceof SftpException status && isStatus(status)) {
        inOrder = true;
        throw status;
      }
      throw e;
    } finally {
      if (!inOrder) {
        discard();
      }
    }
  }

  private void add(Runnable work, CompletableFuture<?> result) {
    calls.add(work);
    if (discarded) {
      // The thread may have ended without seeing it.
      result.completeExceptionally(new Broken("the channel is closed", null, false));
    }
  }

  private <T> T answered(Call<T> call) throws IOException {
    ChannelSftp current = channel;
    if (current == null || !isOpen()) {
      // Writing on a channel that the server has closed would cost the whole session.
      throw new Broken("the channel is closed", null, false);
    }
    try {
      return call.on(current);
    } catch (SftpException e) {
      throw new Broken(String.valueOf(e.getMessage()), e, true);
    }
  }

  /** The answer did not come, or makes no sense. */
  static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean sent;

    Broken(String message, @Nullable Throwable cause, boolean sent) {
      super(message, cause);
      this.sent = sent;
    }

    /** Says whether the request may have reached the server. */
    boolean isSent() {
      return sent;
    }

    /** Says whether it is for the end of the channel. */
    boolean isEnd() {
      return getCause() == null || getCause().getCause() instanceof IOException;
    }
  }

  /**
   * Says whether JSch's exception is a status of the server, after which the channel is in order.
   */
  private static boolean isStatus(SftpException e) {
    String message = e.getMessage();
    return e.getCause() == null
        && e.id != ChannelSftp.SSH_FX_OK
        && message != null
        && (message.startsWith("SSH_FX_") || message.startsWith("Unknown code"));
  }

  /** Says whether further calls can be made. */
  boolean isOpen() {
    ChannelSftp current = channel;
    return opened && !discarded && current != null && current.isConnected() && !current.isClosed();
  }

  /** Says whether the session under the channel is lost. */
  boolean isLost() {
    ChannelSftp current = channel;
    return current != null && connection.sessions().isLost(current);
  }

  /** Returns why the session under the channel died, or null if it has not. */
  @Nullable Throwable whyLost() {
    ChannelSftp current = channel;
    return current == null ? connection.whyLost() : connection.sessions().whyLost(current);
  }

  /** Throws the channel away, without waiting, and ends its thread. */
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
