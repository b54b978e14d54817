package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.ChannelSubsystem;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.SecurityOptions;
import io.github.jsftp.ServerKey;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.log.ConnectionLog;
import io.github.jsftp.internal.ssh.session.ChannelRequest.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an SSH server. A session that was lost is replaced when a channel is next asked
 * for, once that is allowed. Where the server grants few channels on a session, further sessions
 * are opened, so that single requests and commands work while transfers use up what there is; so
 * they are where a session takes all of a processor. Safe for use by several threads.
 */
public final class SshConnection implements Transport.Source, AutoCloseable {
  private final SshSession.Plan plan;
  private final SessionPool sessions;
  private final long connectBy; // by System.nanoTime
  private final AtomicBoolean begun = new AtomicBoolean();
  private final Set<Channel> links = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private SshConnection(SshSession.Plan plan, SshSession first, long connectBy) {
    this.plan = plan;
    this.sessions = new SessionPool(plan, first);
    this.connectBy = connectBy;
  }

  /**
   * Connects and logs in.
   *
   * @throws io.github.jsftp.AuthenticationException if the server refuses the user, or a key can't
   *     be used
   * @throws io.github.jsftp.HostKeyException if the server's key is not one to trust
   * @throws ConnectionException if there is no connection for another reason
   * @throws java.nio.file.NoSuchFileException if a private key file is missing
   * @throws IllegalArgumentException if the options name an unknown algorithm
   */
  public static SshConnection open(ConnectionOptions options, Failures failures)
      throws IOException {
    return open(options, failures, CpuTime::ofThisThread);
  }

  /**
   * Connects and logs in, as {@link #open(ConnectionOptions, Failures)} does.
   *
   * @param processorTime how many nanoseconds the current thread has used a processor
   */
  public static SshConnection open(
      ConnectionOptions options, Failures failures, LongSupplier processorTime) throws IOException {
    var algorithms = new Algorithms(options);
    PrivateKeys keys = PrivateKeys.load(options, failures);
    ConnectionLog log = ConnectionLog.open(options.log(), failures);
    keys.skipped().forEach(problem -> log.add(Level.DEBUG, problem, null));
    var blockingExecutor = new BlockingExecutor();
    var plan =
        new SshSession.Plan(
            options,
            algorithms,
            keys,
            failures,
            log,
            blockingExecutor,
            processorTime,
            new AtomicReference<>());
    long start = System.nanoTime();
    boolean done = false;
    try {
      SshSession first = SshSession.open(plan, options.connectTimeout(), new CompletableFuture<>());
      done = true;
      return new SshConnection(plan, first, start + options.connectTimeout().toNanos());
    } finally {
      if (!done) {
        blockingExecutor.close();
        log.close();
      }
    }
  }

  /**
   * Opens a channel for the pipeline.
   *
   * @throws Transport.Refused if one is open already and the server grants no further one
   */
  @Override
  public Transport open(OutputStream replies) throws IOException {
    links.removeIf(Channel::isClosed);
    return links.isEmpty() ? openFirst(replies) : openWide(replies);
  }

  /** Opens a channel in as few round trips as there can be. */
  private Transport openFirst(OutputStream replies) throws IOException {
    // The first belongs to connecting, which has one limit for the whole.
    long deadline =
        begun.getAndSet(true) ? System.nanoTime() + connectTimeout().toNanos() : connectBy;
    Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    var errors = new ErrorOutput();
    var asked = new CompletableFuture<ChannelSubsystem>();
    var granted = new CompletableFuture<ChannelSubsystem>();
    granted.handle(
        (channel, failure) ->
            failure == null ? asked.complete(channel) : asked.completeExceptionally(failure));
    var channelRequest =
        new ChannelRequest<>(
            ChannelSubsystem.class,
            "subsystem",
            Place.NEEDED,
            created -> {
              created.setSubsystem("sftp");
              created.setOutputStream(replies);
              created.setErrStream(errors);
              WideWindow.give(created);
            },
            asked::complete);
    ChannelSubsystem channel = await(left, channelRequest, granted, asked);
    return link(channel, granted.thenAccept(done -> {}), errors, deadline);
  }

  /**
   * Opens a channel of the kind that JSch keeps for SFTP of its own. Its packets are twice as large
   * as those of others, and its window is where it can't be widened. Once it is open JSch sends
   * nothing on it, and its bytes can go elsewhere.
   */
  private Transport openWide(OutputStream replies) throws IOException {
    var channelRequest =
        new ChannelRequest<>(
            ChannelSftp.class,
            "sftp",
            Place.SPREAD,
            created -> {
              withSmallPipe(created);
              WideWindow.give(created);
            });
    long deadline = System.nanoTime() + connectTimeout().toNanos();
    ChannelSftp channel = await(connectTimeout(), channelRequest);
    channel.setOutputStream(replies);
    return link(channel, CompletableFuture.completedFuture(null), new ErrorOutput(), deadline);
  }

  private Transport link(
      Channel on, CompletableFuture<Void> granted, ErrorOutput errors, long deadline)
      throws IOException {
    links.add(on);
    return new JschTransport(on, plan.blockingExecutor(), granted, errors, deadline, sessions);
  }

  /** Has JSch's buffer, which nothing goes through, be as small as it can. */
  private static void withSmallPipe(ChannelSftp created) {
    try {
      created.setBulkRequests(1);
    } catch (JSchException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Opens a channel for a command, which is not started before the channel is set up. */
  public ChannelExec openExec(Consumer<ChannelExec> setUp, Duration answer) throws IOException {
    return await(
        patience(answer), new ChannelRequest<>(ChannelExec.class, "exec", Place.NEEDED, setUp));
  }

  /**
   * Opens a channel for single requests on the calling thread, which must be the one to use it, and
   * which nothing but disconnecting the channel frees once the server is mute.
   *
   * @param needed whether to open a further session rather than to be refused
   * @param setUp takes the channel before it is connected
   */
  public ChannelSftp openSftp(boolean needed, Consumer<ChannelSftp> setUp) throws IOException {
    return channel(
        new ChannelRequest<>(
            ChannelSftp.class,
            "sftp",
            needed ? Place.NEEDED : Place.ANY,
            created -> {
              created.setFilenameEncoding(JschPaths.BYTES);
              setUp.accept(created);
            }),
        plan.options().connectTimeout());
  }

  /** Opens a channel on a thread of its own, and waits for it until the limit or an interrupt. */
  private <C extends Channel> C await(Duration limit, ChannelRequest<C> channelRequest)
      throws IOException {
    var granted = new CompletableFuture<C>();
    return await(limit, channelRequest, granted, granted);
  }

  /**
   * Does the same, but waits for another future.
   *
   * @param granted completes with the channel when all is done
   * @param until what to wait for
   */
  private <C extends Channel> C await(
      Duration limit,
      ChannelRequest<C> channelRequest,
      CompletableFuture<C> granted,
      CompletableFuture<C> until)
      throws IOException {
    var begun = new AtomicReference<C>();
    checkOpen();
    try {
      plan.blockingExecutor()
          .start(() -> channel(channelRequest.noting(begun), limit), granted, Channel::disconnect);
      return BlockingExecutor.await(until, limit, Channel::disconnect);
    } catch (RejectedExecutionException e) {
      throw plan.failures().connectionClosed("connect", null); // it has been since the look
    } catch (TimeoutException e) {
      C stuck = begun.get();
      if (stuck != null) {
        plan.blockingExecutor().execute(stuck::disconnect);
      }
      sessions.cutSilent(limit);
      throw plan.failures().timedOut("connect", null, limit);
    }
  }

  private <C extends Channel> C channel(ChannelRequest<C> channelRequest, Duration limit)
      throws IOException {
    checkOpen();
    Transport.@Nullable Refused refusal = null;
    boolean spread = channelRequest.place() == Place.SPREAD;
    for (SshSession session : spread ? sessions.spread(limit) : sessions.living(limit)) {
      try {
        return channelRequest.on(session, limit);
      } catch (Transport.Refused e) {
        refusal = e;
      }
    }
    if (refusal == null) {
      throw plan.failures().connectionLost("connect", null, whyLost());
    }
    if (channelRequest.place() != Place.NEEDED) {
      throw refusal;
    }
    return channelRequest.on(sessions.further(refusal, limit), limit);
  }

  /** Runs what may block on a thread of the connection; does nothing after close. */
  public void execute(Runnable work) {
    plan.blockingExecutor().execute(work);
  }

  /** Returns the charset of file names on the server. */
  public Charset filenameCharset() {
    return plan.options().filenameCharset();
  }

  /** Returns how long connecting and opening a channel may take. */
  public Duration connectTimeout() {
    return plan.options().connectTimeout();
  }

  /** Returns how long opening a channel may take: the limit for an answer while connected. */
  public Duration patience(Duration answer) {
    Duration whole = connectTimeout();
    return isConnected() && answer.compareTo(whole) < 0 ? answer : whole;
  }

  private void checkOpen() throws IOException {
    if (closed.get()) {
      throw plan.failures().connectionClosed("connect", null);
    }
  }

  /** Returns the server's host key. */
  public ServerKey serverKey() {
    return Fingerprint.serverKey(sessions.first().jsch().getHostKey().getKey());
  }

  /** Returns the ciphers in use: to the server, and from it. */
  public List<String> activeCiphers() {
    Session session = sessions.first().jsch();
    return List.of(session.getCipherAlgorithmC2S(), session.getCipherAlgorithmS2C());
  }

  /** Returns the compression in use: to the server, and from it. */
  public List<String> activeCompression() {
    Session session = sessions.first().jsch();
    return List.of(session.getCompressionAlgorithmC2S(), session.getCompressionAlgorithmS2C());
  }

  /** Returns the algorithms that this side has offered. */
  public SecurityOptions securityOptions() {
    return sessions.first().offered();
  }

  /** Says whether it was closed from here. */
  public boolean isClosed() {
    return closed.get();
  }

  /** Says whether the connection is there, as far as is known. */
  public boolean isConnected() {
    return !closed.get() && sessions.first().isConnected();
  }

  /** From now on, a lost session is replaced when a channel is next asked for. */
  public void reconnectFromNowOn() {
    sessions.renewFromNowOn();
  }

  /** Returns what notes the operations of users in the log. */
  public OperationLog operations() {
    return plan.log().operations();
  }

  @Override
  public int usefulTransports() {
    return sessions.worthwhile();
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
   * Returns JSch's own objects: its {@link Session}, or a {@link ChannelSftp}, connected and new,
   * which the caller disconnects; closing the connection does so too.
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
    ChannelSftp channel = unwrapped();
    try {
      // Makes this thread the one that JSch's pipe takes for its reader.
      channel.lstat("/");
    } catch (SftpException e) {
      // The answer does not matter.
    }
    return type.cast(channel);
  }

  private ChannelSftp unwrapped() throws IOException {
    try {
      return await(
          plan.options().connectTimeout(),
          new ChannelRequest<>(
              ChannelSftp.class,
              "sftp",
              Place.NEEDED,
              created -> created.setFilenameEncoding(plan.options().filenameCharset())));
    } catch (AuthenticationException | HostKeyException e) {
      throw e;
    } catch (ConnectionException e) {
      // It was not connecting that the user asked for.
      throw plan.failures().connection("unwrap", null, e.details().problem(), e);
    }
  }

  /** Closes the connection and ends its threads. A second call does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      sessions.close();
      plan.blockingExecutor().close();
      plan.log().close();
    }
  }
}
