package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.SecurityOptions;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.auth.AgentKeys;
import io.github.jsftp.internal.ssh.auth.OfferedKeys;
import io.github.jsftp.internal.ssh.auth.PasswordPrompts;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.config.Wording;
import io.github.jsftp.internal.ssh.hostkeys.HostKeyCheck;
import io.github.jsftp.internal.ssh.log.ConnectionLog;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.Phase;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One session: a TCP connection, logged in, with channels on it. */
final class SshSession {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** The packets that JSch sends to open a channel; it waits for an answer after each. */
  private static final int OPEN_AND_REQUEST = 2;

  private final Session session;
  private final MonitoredSocketFactory sockets;
  private final JschLog log;
  private final Failures failures;
  private final BlockingExecutor blockingExecutor;
  private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;
  private volatile boolean used;

  private SshSession(
      Session session,
      MonitoredSocketFactory sockets,
      JschLog log,
      Failures failures,
      BlockingExecutor blockingExecutor) {
    this.session = session;
    this.sockets = sockets;
    this.log = log;
    this.failures = failures;
    this.blockingExecutor = blockingExecutor;
  }

  /**
   * What sessions of one connection share.
   *
   * @param processorTime how many nanoseconds the current thread has used a processor
   * @param pinnedHostKey the host key with the fingerprint asked for, once it is known
   */
  record Plan(
      ConnectionOptions options,
      Algorithms algorithms,
      PrivateKeys keys,
      Failures failures,
      ConnectionLog log,
      BlockingExecutor blockingExecutor,
      LongSupplier processorTime,
      AtomicReference<byte @Nullable []> pinnedHostKey) {}

  /**
   * Connects and logs in.
   *
   * @param stop ends the attempt when it fails
   */
  static SshSession open(Plan plan, Duration limit, CompletableFuture<?> stop) throws IOException {
    ConnectionOptions options = plan.options();
    var hostKey =
        new HostKeyCheck(
            options.hostKeys(),
            options.host(),
            options.port(),
            plan.failures(),
            plan.pinnedHostKey());
    long start = System.nanoTime();
    Duration left = limit;
    while (true) {
      int others = hostKey.otherTypes().size();
      try {
        return open(plan, hostKey, left, stop);
      } catch (HostKeyException e) {
        left = limit.minusNanos(System.nanoTime() - start);
        if (hostKey.otherTypes().size() == others || left.isNegative()) {
          throw e;
        }
      }
    }
  }

  private static SshSession open(
      Plan plan, HostKeyCheck hostKey, Duration limit, CompletableFuture<?> stop)
      throws IOException {
    ConnectionOptions options = plan.options();
    var log = new JschLog(plan.log());
    var sockets = new MonitoredSocketFactory(log, options.keepAlive(), limit, plan.processorTime());
    var passwordPrompts = new PasswordPrompts(options.password(), log);
    // Half of the time, so that an agent that does not answer leaves some to other keys.
    OfferedKeys offered = OfferedKeys.of(plan.keys(), AgentKeys.of(options), limit.dividedBy(2));
    var problem =
        new ConnectErrorMapper(plan.failures(), log, sockets, hostKey, offered, passwordPrompts);
    var opened =
        new SshSession(
            configured(plan, log, sockets, hostKey, offered, passwordPrompts),
            sockets,
            log,
            plan.failures(),
            plan.blockingExecutor());
    var connected = new CompletableFuture<SshSession>();
    stop.whenComplete(
        (nothing, why) -> {
          if (why != null) {
            connected.completeExceptionally(why);
          }
        });
    BlockingExecutor.daemon(
            "jsftp-connect " + options,
            () -> BlockingExecutor.run(() -> opened.connect(problem), connected, SshSession::close))
        .start();
    boolean done = false;
    try {
      BlockingExecutor.await(connected, limit, SshSession::close);
      done = true;
      return opened;
    } catch (TimeoutException e) {
      throw problem.timedOut(limit);
    } finally {
      if (!done) {
        sockets.cut(new IOException("given up"));
        offered.close();
      }
    }
  }

  private static Session configured(
      Plan plan,
      JschLog log,
      MonitoredSocketFactory sockets,
      HostKeyCheck hostKey,
      OfferedKeys offered,
      PasswordPrompts passwordPrompts)
      throws IOException {
    ConnectionOptions options = plan.options();
    try {
      var jsch = new JSch();
      jsch.setInstanceLogger(log);
      Session session = jsch.getSession(options.username(), options.host(), options.port());
      session.setLogger(log);
      session.setSocketFactory(sockets);
      session.setDaemonThread(true);
      session.setHostKeyRepository(hostKey);
      session.setIdentityRepository(offered);
      session.setUserInfo(passwordPrompts);
      session.setConfig("StrictHostKeyChecking", "yes");
      session.setConfig("HashKnownHosts", "no");
      // Not first asking whether a key would do saves a round trip; a refusal counts the same.
      session.setConfig("enable_pubkey_auth_query", "no");
      session.setConfig("PreferredAuthentications", offered.methods(options.password() != null));
      // The server sets the limit; JSch would leave out the rest without telling.
      session.setConfig("MaxAuthTries", String.valueOf(Integer.MAX_VALUE));
      boolean hasMore = plan.algorithms().applyTo(session, hostKey.begin());
      IOException noneIsAskedFor = hostKey.noneIsAskedFor();
      if (!hasMore && noneIsAskedFor != null) {
        throw noneIsAskedFor;
      }
      return session;
    } catch (JSchException e) {
      throw plan.failures().connection("connect", null, String.valueOf(e.getMessage()), e);
    }
  }

  private SshSession connect(ConnectErrorMapper problem) throws IOException {
    session.setThreadFactory(
        work ->
            BlockingExecutor.daemon(
                "jsftp-session",
                () -> {
                  // JSch gives the thread a name of its own before it starts it.
                  Thread.currentThread().setName("jsftp-session " + failures.peer());
                  try {
                    work.run();
                  } catch (RuntimeException | Error e) {
                    sockets.cut(new IOException(e.toString(), e));
                  } finally {
                    end();
                  }
                }));
    try {
      session.connect(0);
    } catch (JSchException | RuntimeException e) {
      throw problem.of(e);
    }
    log.reach(Phase.OPEN);
    sockets.watch(() -> blockingExecutor.execute(this::askForSign));
    return this;
  }

  private void askForSign() {
    try {
      session.sendKeepAliveMsg();
    } catch (Exception e) {
      // The reader finds out what is wrong.
      log.note("can't send a keep-alive: " + e);
    }
  }

  /** Frees whoever waits on this session; JSch forgets those that are opening a channel. */
  private void end() {
    Throwable why = whyEnded();
    ended.complete(why);
    for (Channel channel : channels) {
      synchronized (channel) {
        channel.notifyAll();
      }
      try {
        channel.disconnect();
      } catch (RuntimeException | Error e) { // the others are to end all the same
        log.note("can't end a channel: " + e);
      }
    }
    channels.clear();
    if (log.phase() == Phase.OPEN && !closing) {
      log.warn("connection lost: " + Wording.of(why));
    }
  }

  private Throwable whyEnded() {
    Throwable cut = sockets.cutBecause();
    Throwable cause = cut == null ? log.cause() : cut;
    Throwable why =
        cause == null ? new IOException("the session has ended") : Wording.explained(cause);
    return used || cut != null
        ? why
        : new IOException(
            "the session ended right after the login ("
                + why.getMessage()
                + "); a ChrootDirectory that is missing or that others may write does that",
            why);
  }

  /**
   * Opens a channel; blocks, and does not notice interrupts. JSch keeps to the limit until the
   * server has granted the channel and its request, but not for what follows.
   *
   * @param name JSch's name of the type
   * @param setUp is called before the channel is connected
   * @param asked is called when the channel is granted and its request is on its way, before that
   *     is answered; it must not block
   * @throws Transport.Refused if the server grants no further channel
   */
  <C extends Channel> C channel(
      Class<C> type, String name, Consumer<C> setUp, Consumer<C> asked, Duration limit)
      throws IOException {
    Channel created = create(name);
    C channel = type.cast(created);
    channels.removeIf(Channel::isClosed);
    channels.add(channel);
    boolean open = false;
    try {
      setUp.accept(channel);
      MonitoredSocketFactory.afterSending(OPEN_AND_REQUEST, () -> asked.accept(channel));
      channel.connect((int) Math.max(1, limit.toMillis()));
      open = isConnected();
      if (!open) {
        channel.disconnect();
        throw lost();
      }
      used = true;
      return channel;
    } catch (JSchException e) {
      throw isConnected() ? ChannelErrorMapper.of(e, channel, limit, failures) : lost();
    } finally {
      MonitoredSocketFactory.afterSending(0, () -> {});
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
      log.note("can't open a channel: " + e);
    }
    throw lost();
  }

  private IOException lost() {
    return failures.connectionLost("connect", null, whyLost());
  }

  /** Returns how many channels of ours are on it. */
  int channels() {
    channels.removeIf(Channel::isClosed);
    return channels.size();
  }

  /** Says whether it takes nearly all of a processor just now. */
  boolean isBound() {
    return sockets.isBound();
  }

  boolean isConnected() {
    return !ended.isDone() && isUp();
  }

  /** JSch closes the channels first, when the reason is known, and says so of itself last. */
  private boolean isUp() {
    return session.isConnected() && sockets.cutBecause() == null && log.cause() == null;
  }

  /** Gives the session up if nothing has come from the server for this long; says whether so. */
  boolean cutIfSilentFor(Duration limit) {
    if (!isConnected() || !sockets.isSilentFor(limit)) {
      return false;
    }
    sockets.cut(new IOException("nothing has come from the server for " + Wording.of(limit)));
    return true;
  }

  /** Asks for a sign of life after so long a silence; gives up if none came since it was asked. */
  boolean isMute(Duration limit, Duration sinceAsked) {
    boolean asked = !sinceAsked.isZero();
    boolean silent = isConnected() && sockets.isSilentFor(asked ? sinceAsked : limit);
    if (silent && asked) {
      cutIfSilentFor(limit);
    } else if (silent) {
      blockingExecutor.execute(this::askForSign);
    }
    return silent;
  }

  /** Returns why the session ended, or null if it has not. */
  @Nullable Throwable whyLost() {
    if (ended.isDone()) {
      return ended.join();
    }
    return isUp() ? null : whyEnded();
  }

  /** Says whether a channel is on this session. */
  boolean has(Channel channel) {
    try {
      return channel.getSession() == session;
    } catch (JSchException e) {
      return false;
    }
  }

  Session jsch() {
    return session;
  }

  SecurityOptions offered() {
    return Algorithms.offered(log);
  }

  /** Ends the session and its thread; does not wait for a peer that is dead. */
  void close() {
    close(List.of(this));
  }

  /** Ends sessions all at once. */
  static void close(Collection<SshSession> sessions) {
    for (SshSession each : sessions) {
      each.closing = true;
      each.blockingExecutor.execute(each.session::disconnect);
    }
    boolean interrupted = !settled(sessions, PATIENCE);
    sessions.forEach(each -> each.sockets.cut(new IOException("the connection is closed")));
    if (interrupted) {
      Thread.currentThread().interrupt();
    } else {
      settled(sessions, PATIENCE);
    }
  }

  /** Waits for the end of all; returns false if interrupted. */
  private static boolean settled(Collection<SshSession> sessions, Duration limit) {
    try {
      CompletableFuture.allOf(
              sessions.stream().map(each -> each.ended).toArray(CompletableFuture<?>[]::new))
          .get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return false;
    } catch (ExecutionException | TimeoutException e) {
      sessions.forEach(each -> each.log.note("not all sessions end by themselves"));
    }
    return true;
  }
}
