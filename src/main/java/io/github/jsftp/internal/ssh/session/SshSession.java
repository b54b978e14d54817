package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.github.jsftp.OfferedAlgorithms;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.auth.LoginAnswers;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.ConnectPhase;
import io.github.jsftp.internal.ssh.route.Route;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A logged-in SSH session with its channels. If it leads through a jump host, it owns the session
 * with that host.
 */
final class SshSession {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** JSch sends a request for a channel and, once it is open, one for the subsystem or command. */
  private static final int PACKETS_TO_OPEN = 2;

  private final Session session;
  private final MonitoredStream stream;
  private final @Nullable SshSession jump;
  private final JschLog log;
  private final LoginAnswers answers;
  private final Failures failures;
  private final BlockingExecutor executor;
  private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;
  private volatile boolean used;

  /**
   * Creates a session that is not connected yet.
   *
   * @param jump the session with the jump host, which then belongs to this session; or null
   */
  SshSession(
      Session session,
      MonitoredStream stream,
      @Nullable SshSession jump,
      JschLog log,
      LoginAnswers answers,
      Failures failures,
      BlockingExecutor executor) {
    this.session = session;
    this.stream = stream;
    this.jump = jump;
    this.log = log;
    this.answers = answers;
    this.failures = failures;
    this.executor = executor;
  }

  /** Connects and logs in. Blocks until {@link #abort}, or until JSch has succeeded or failed. */
  SshSession connect(ConnectErrorMapper errorMapper) throws IOException {
    session.setThreadFactory(
        work ->
            DaemonThreads.create(
                "jsftp-session",
                () -> {
                  // JSch renames the thread before it starts it.
                  Thread.currentThread().setName("jsftp-session " + failures.peer());
                  try {
                    work.run();
                  } catch (RuntimeException | Error e) {
                    stream.abort(new IOException(e.toString(), e));
                  } finally {
                    end();
                  }
                }));
    try {
      session.connect(0);
    } catch (JSchException | RuntimeException e) {
      throw errorMapper.of(e);
    }
    log.enter(ConnectPhase.OPEN);
    stream.monitor(() -> executor.execute(this::sendKeepAlive));
    stream.warmUp(NegotiatedAlgorithms.of(session));
    return this;
  }

  private void sendKeepAlive() {
    try {
      session.sendKeepAliveMsg();
    } catch (Exception e) {
      // The thread that reads from the socket detects the failure.
      log.debug("can't send a keep-alive: " + e);
    }
  }

  /**
   * Releases all threads that wait on this session. JSch releases those with an open channel only,
   * not those that are opening one.
   */
  private void end() {
    Throwable why = whyEnded();
    ended.complete(why);
    for (Channel channel : channels) {
      synchronized (channel) {
        channel.notifyAll();
      }
      try {
        channel.disconnect();
      } catch (RuntimeException | Error e) { // the remaining channels must be closed too
        log.debug("can't end a channel: " + e);
      }
    }
    channels.clear();
    if (log.phase() == ConnectPhase.OPEN && !closing) {
      log.warn("connection lost: " + Wording.of(why));
    }
    if (jump != null) {
      jump.abort(new IOException("the session through it has ended"));
    }
  }

  private Throwable whyEnded() {
    Throwable abort = stream.abortReason();
    Throwable cause = abort == null ? log.cause() : abort;
    Throwable why =
        cause == null ? new IOException("the session has ended") : Wording.explained(cause);
    return used || abort != null
        ? why
        : new IOException(
            "the session ended right after the login ("
                + why.getMessage()
                + "); a common cause is "
                + causeOfEarlyEnd(String.valueOf(why.getMessage())),
            why);
  }

  /** OpenSSH ends a session if the client sends to a channel whose command has just ended. */
  private static String causeOfEarlyEnd(String why) {
    return why.contains("nonexistent channel")
        ? "a forced command that ends at once"
        : "a ChrootDirectory that is missing or writable by others";
  }

  /**
   * Opens a channel. Blocks, and ignores interrupts. JSch observes the limit until the server has
   * confirmed the channel and its request, but not for an SFTP version exchange after that.
   *
   * @param name JSch's name of the channel type
   * @param setUp is called before the channel is connected
   * @param requested is called when the channel is open and its request has been sent, before the
   *     server answers the request; must not block
   * @throws Transport.Refused if the server grants no further channel
   */
  <C extends Channel> C channel(
      Class<C> type, String name, Consumer<C> setUp, Consumer<C> requested, Duration limit)
      throws IOException {
    Channel created = create(name);
    C channel = type.cast(created);
    removeClosed();
    channels.add(channel);
    boolean open = false;
    try {
      setUp.accept(channel);
      stream.afterSending(PACKETS_TO_OPEN, () -> requested.accept(channel));
      channel.connect((int) Math.max(1, limit.toMillis()));
      open = isConnected();
      if (!open) {
        channel.disconnect();
        throw lost();
      }
      used = true;
      return channel;
    } catch (JSchException e) {
      throw isConnected()
          ? ChannelErrorMapper.of(e, channel, type == ChannelExec.class, limit, failures)
          : lost();
    } finally {
      stream.afterSendingNothing();
      if (!open) {
        channels.remove(channel);
      }
    }
  }

  private Channel create(String name) throws IOException {
    try {
      Channel created = session.openChannel(name);
      if (created != null) {
        return created;
      }
    } catch (JSchException e) {
      log.debug("can't open a channel: " + e);
    }
    throw lost();
  }

  private IOException lost() {
    return failures.connectionLost("connect", null, whyLost());
  }

  /** Runs a task that may block on a thread of the connection. */
  void execute(Runnable work) {
    executor.execute(work);
  }

  /** Returns the route over a channel of this session. */
  Route route(JschLog targetLog) {
    return new JumpRoute(this, failures.peer(), targetLog);
  }

  /** Returns the number of open channels. */
  int channels() {
    removeClosed();
    return channels.size();
  }

  /** Returns true if the server has granted a channel, or one is being opened. */
  boolean grantsChannels() {
    return channels() > 0 || used;
  }

  private void removeClosed() {
    channels.removeIf(Channel::isClosed);
  }

  /**
   * Returns true if the login, here or at the jump host, asked the prompts a question, which a
   * person may have answered.
   */
  boolean hasAsked() {
    return answers.hasAsked() || (jump != null && jump.hasAsked());
  }

  boolean isConnected() {
    return !ended.isDone() && isUp();
  }

  /**
   * Does not rely on JSch's isConnected alone: JSch records the failure and closes the channels
   * before it reports the session as disconnected.
   */
  private boolean isUp() {
    return session.isConnected() && stream.abortReason() == null && log.cause() == null;
  }

  /** Aborts the session if it has received nothing for this long. Returns true if it did. */
  boolean abortIfSilentFor(Duration limit) {
    if (!isConnected() || !stream.isSilentFor(limit)) {
      return false;
    }
    stream.abort(new IOException("nothing received from the server for " + Wording.of(limit)));
    return true;
  }

  /**
   * Sends a keep-alive request after a silence of {@code limit}, or aborts the session if nothing
   * has come since that request. Returns true if the session is silent.
   *
   * @param sinceKeepAlive the time since the keep-alive request; zero if none was sent
   */
  boolean probeIfSilent(Duration limit, Duration sinceKeepAlive) {
    boolean keepAliveSent = !sinceKeepAlive.isZero();
    boolean silent = isConnected() && stream.isSilentFor(keepAliveSent ? sinceKeepAlive : limit);
    if (silent && keepAliveSent) {
      abortIfSilentFor(limit);
    } else if (silent) {
      executor.execute(this::sendKeepAlive);
    }
    return silent;
  }

  /** Returns why the session ended, or null if it is connected. */
  @Nullable Throwable whyLost() {
    if (ended.isDone()) {
      return ended.join();
    }
    return isUp() ? null : whyEnded();
  }

  /** Returns true if the channel belongs to this session. */
  boolean owns(Channel channel) {
    try {
      return channel.getSession() == session;
    } catch (JSchException e) {
      return false;
    }
  }

  Session jsch() {
    return session;
  }

  OfferedAlgorithms offered() {
    return Algorithms.offered(log);
  }

  /** Ends the session without waiting for the peer. */
  void abort(IOException reason) {
    closing = true;
    stream.abort(reason);
  }

  /** Closes the session and ends its thread, within a bounded time even if the peer is dead. */
  void close() {
    close(List.of(this));
  }

  /** Closes sessions in parallel. */
  static void close(Collection<SshSession> sessions) {
    for (SshSession each : sessions) {
      each.closing = true;
      each.executor.execute(each.session::disconnect);
    }
    boolean interrupted = !awaitEnd(sessions, CLOSE_TIMEOUT);
    for (SshSession each : sessions) {
      each.stream.abort(new IOException("the connection is closed"));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    } else {
      awaitEnd(sessions, CLOSE_TIMEOUT);
    }
  }

  /** Waits until all sessions have ended. Returns false if interrupted. */
  private static boolean awaitEnd(Collection<SshSession> sessions, Duration limit) {
    try {
      long deadline = System.nanoTime() + limit.toNanos();
      for (SshSession session : sessions) {
        for (SshSession each = session; each != null; each = each.jump) {
          each.ended.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
      }
    } catch (InterruptedException e) {
      return false;
    } catch (ExecutionException | TimeoutException e) {
      for (SshSession each : sessions) {
        each.log.debug("not all sessions end by themselves");
      }
    }
    return true;
  }
}
