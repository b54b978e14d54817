package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.OfferedAlgorithms;
import io.github.jsftp.ServerKey;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.log.ConnectionLog;
import io.github.jsftp.internal.ssh.session.ChannelSpec.SessionChoice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an SSH server: a first session and, where they help, further ones. After {@link
 * #enableReconnect}, a lost first session is replaced when the next channel is opened. A further
 * session is opened in two cases: the server grants no more channels on the existing sessions, or
 * {@link #useSessions} asks for it. Safe for use by several threads.
 */
public final class SshConnection implements Transport.Source, AutoCloseable {
  private final SessionSettings settings;
  private final SessionPool sessions;
  private final ChannelOpener channels;
  private final SftpServerChannels sftpServer;
  private final long connectDeadline; // in terms of System.nanoTime
  private final AtomicBoolean firstOpened = new AtomicBoolean();
  private final Set<Channel> sftpChannels = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private SshConnection(SessionSettings settings, SshSession first, long connectDeadline) {
    this.settings = settings;
    this.sessions = new SessionPool(settings, first);
    channels = new ChannelOpener(settings, sessions, sftpChannels, closed::get);
    sftpServer = new SftpServerChannels(settings.options());
    this.connectDeadline = connectDeadline;
  }

  /**
   * Connects and logs in.
   *
   * @throws AuthenticationException if the server refuses the user, or a given key can't be used
   * @throws HostKeyException if the server's host key is not trusted
   * @throws ConnectionException if connecting fails for another reason
   * @throws java.nio.file.NoSuchFileException if a private key file is missing
   * @throws IllegalArgumentException if the options name an unknown algorithm
   */
  public static SshConnection open(ConnectionOptions options, Failures failures)
      throws IOException {
    ConnectionLog log = ConnectionLog.open(options.log().orElse(null), failures);
    var executor = new BlockingExecutor();
    long start = System.nanoTime();
    boolean done = false;
    try {
      SessionSettings settings = SessionSettings.load(options, failures, log, executor);
      SshSession first =
          SessionOpener.open(settings, options.connectTimeout(), new CompletableFuture<>());
      done = true;
      return new SshConnection(settings, first, start + options.connectTimeout().toNanos());
    } finally {
      if (!done) {
        executor.close();
        log.close();
      }
    }
  }

  /**
   * Opens a channel for the SFTP client.
   *
   * @throws Transport.Refused if at least one is open already and the server grants no more
   */
  @Override
  public Transport open(OutputStream replies) throws IOException {
    sftpChannels.removeIf(Channel::isClosed);
    return sftpChannels.isEmpty() ? openFirst(replies) : openFurther(replies);
  }

  /**
   * Opens the first channel in as few round trips as possible: SFTP's first request is sent before
   * the server has confirmed the subsystem.
   */
  private Transport openFirst(OutputStream replies) throws IOException {
    // The first channel is a part of connecting, and connectTimeout limits both together.
    long deadline =
        firstOpened.getAndSet(true)
            ? System.nanoTime() + connectTimeout().toNanos()
            : connectDeadline;
    Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    var errors = new StderrCapture();
    var requested = new CompletableFuture<Channel>();
    var granted = new CompletableFuture<Channel>();
    granted.handle(
        (channel, failure) ->
            failure == null
                ? requested.complete(channel)
                : requested.completeExceptionally(failure));
    ChannelSpec<Channel> request =
        sftpServer.channel(SessionChoice.FURTHER_IF_REFUSED, replies, errors, requested::complete);
    Channel channel = channels.openWithin(left, request, granted, requested);
    return transport(channel, granted.thenAccept(done -> {}), errors, deadline);
  }

  /** Opens a further channel, on which JSch has exchanged versions if it can. */
  private Transport openFurther(OutputStream replies) throws IOException {
    long deadline = System.nanoTime() + connectTimeout().toNanos();
    var errors = new StderrCapture();
    Channel channel;
    if (usesChannelSftp()) {
      channel = channels.openWithin(connectTimeout(), sftpServer.channelSftp());
      channel.setOutputStream(replies);
    } else {
      channel =
          channels.openWithin(
              connectTimeout(),
              sftpServer.channel(SessionChoice.LEAST_BUSY, replies, errors, opened -> {}));
    }
    return transport(channel, CompletableFuture.completedFuture(null), errors, deadline);
  }

  /** Returns true if the time for connecting has passed, in which the first channel is opened. */
  public boolean isConnectTimeOver() {
    return System.nanoTime() - connectDeadline >= 0;
  }

  /** Returns true if JSch's ChannelSftp can be used: if the SFTP server is the usual subsystem. */
  public boolean usesChannelSftp() {
    return sftpServer.isUsual();
  }

  private Transport transport(
      Channel channel, CompletableFuture<Void> granted, StderrCapture errors, long deadline)
      throws IOException {
    sftpChannels.add(channel);
    return new JschTransport(
        channel,
        settings.executor(),
        granted,
        errors,
        deadline,
        sessions,
        () -> sftpChannels.remove(channel));
  }

  /**
   * Opens a channel for a command.
   *
   * @param setUp is called with the channel before it is connected and the command is started
   * @param answerTimeout how long the server may take if the connection is already established
   */
  public ChannelExec openExec(Consumer<ChannelExec> setUp, Duration answerTimeout)
      throws IOException {
    return channels.openWithin(
        openTimeout(answerTimeout),
        new ChannelSpec<>(ChannelExec.class, "exec", SessionChoice.FURTHER_IF_REFUSED, setUp));
  }

  /**
   * Opens a channel for single requests. Must be called by the thread that will use the channel. If
   * the server stops responding, this method blocks until the channel is disconnected.
   *
   * @param mayOpenSession true to open a further session if the existing ones grant no channel
   * @param setUp is called with the channel before it is connected
   */
  public ChannelSftp openSftp(boolean mayOpenSession, Consumer<ChannelSftp> setUp)
      throws IOException {
    return channels.openOnThisThread(
        new ChannelSpec<>(
            ChannelSftp.class,
            "sftp",
            mayOpenSession ? SessionChoice.FURTHER_IF_REFUSED : SessionChoice.EXISTING,
            created -> {
              created.setFilenameEncoding(JschPaths.BYTES);
              setUp.accept(created);
            }),
        settings.options().connectTimeout());
  }

  /** Runs a task that may block on a thread of the connection. Does nothing after close. */
  public void execute(Runnable work) {
    settings.executor().execute(work);
  }

  /** Returns the charset of file names on the server. */
  public Charset filenameCharset() {
    return settings.options().filenameCharset();
  }

  /** Returns the limit for connecting, the first channel included. */
  public Duration connectTimeout() {
    return settings.options().connectTimeout();
  }

  /**
   * Returns how long opening a channel may take. While connected, this is the shorter of both
   * timeouts; otherwise the connect timeout, since a session may have to be replaced first.
   */
  public Duration openTimeout(Duration answerTimeout) {
    Duration connectTimeout = connectTimeout();
    return isConnected() && answerTimeout.compareTo(connectTimeout) < 0
        ? answerTimeout
        : connectTimeout;
  }

  /** Returns the server's host key. */
  public ServerKey serverKey() {
    return Fingerprint.serverKey(sessions.first().jsch().getHostKey().getKey());
  }

  /** Returns the algorithms in use. */
  public NegotiatedAlgorithms negotiated() {
    return NegotiatedAlgorithms.of(sessions.first().jsch());
  }

  /** Returns the algorithms that this side has offered. */
  public OfferedAlgorithms offeredAlgorithms() {
    return sessions.first().offered();
  }

  /** Returns true if {@link #close} has been called. */
  public boolean isClosed() {
    return closed.get();
  }

  /** Returns true if the first session is connected, as far as is known. */
  public boolean isConnected() {
    return !closed.get() && sessions.first().isConnected();
  }

  /**
   * Enables reconnecting: from now on, a lost first session is replaced when a channel is opened.
   */
  public void enableReconnect() {
    sessions.replaceLost();
  }

  /** Returns the log of users' operations. */
  public OperationLog operations() {
    return settings.log().operations();
  }

  @Override
  public int allowedSessions() {
    return sessions.allowed();
  }

  @Override
  public void useSessions(int number) {
    sessions.use(number);
  }

  @Override
  public boolean cutSilent(Duration limit) {
    return sessions.cutSilent(limit);
  }

  public SessionPool sessions() {
    return sessions;
  }

  @Override
  public @Nullable Throwable whyLost() {
    return sessions.whyLost();
  }

  /**
   * Returns an object of JSch: the {@link Session}, or a new, connected {@link ChannelSftp}. The
   * caller disconnects the channel; closing the connection does so too.
   *
   * @throws IllegalArgumentException if the type is neither
   */
  public <T> T unwrap(Class<T> type) throws IOException {
    if (type == Session.class) {
      return type.cast(sessions.first().jsch());
    }
    if (type != ChannelSftp.class) {
      throw new IllegalArgumentException(
          "only com.jcraft.jsch.Session and com.jcraft.jsch.ChannelSftp, not " + type.getName());
    }
    if (!usesChannelSftp()) {
      throw settings
          .failures()
          .unsupported("unwrap", null, "ChannelSftp, which starts only the subsystem \"sftp\"");
    }
    ChannelSftp channel = openUnwrapped();
    try {
      // JSch reads replies from a PipedInputStream, which breaks when the last reading thread ends.
      channel.lstat("/");
    } catch (SftpException e) {
      // Any answer will do.
    }
    return type.cast(channel);
  }

  private ChannelSftp openUnwrapped() throws IOException {
    try {
      return channels.openWithin(
          settings.options().connectTimeout(),
          new ChannelSpec<>(
              ChannelSftp.class,
              "sftp",
              SessionChoice.FURTHER_IF_REFUSED,
              created -> created.setFilenameEncoding(settings.options().filenameCharset())));
    } catch (AuthenticationException | HostKeyException e) {
      throw e;
    } catch (ConnectionException e) {
      // The user called unwrap, so the message names that operation.
      throw settings.failures().connection("unwrap", null, Details.of(e).problem(), e);
    }
  }

  /** Closes the connection and ends its threads. A second call does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      sessions.close();
      settings.executor().close();
      settings.log().close();
    }
  }
}
