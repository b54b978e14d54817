package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.ssh.auth.AgentKeys;
import io.github.jsftp.internal.ssh.auth.LoginAnswers;
import io.github.jsftp.internal.ssh.auth.OfferedKeys;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.hostkeys.HostKeyCheck;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.route.Route;
import io.github.jsftp.internal.ssh.route.Routes;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Opens the sessions with the jump hosts of a server and with the server, in order. */
final class SessionOpener {
  private SessionOpener() {}

  /**
   * Connects and logs in to a server, through its jump host if it has one. If the server's host key
   * does not match the expected fingerprint, retries with the other key types, since a fingerprint
   * does not show the type. If the server presents a certificate that JSch rejects, retries without
   * certificates.
   *
   * @param stop cancels the attempt when it completes exceptionally
   */
  static SshSession open(SessionSettings settings, Duration limit, CompletableFuture<?> stop)
      throws IOException {
    ConnectionOptions options = settings.options();
    var hostKey = new HostKeyCheck(options, settings.failures(), settings.pinnedHostKey());
    long start = System.nanoTime();
    PrivateKeys keys = settings.keys().forLogin(limit);
    if (keys != settings.keys()) {
      keys.warnings().forEach(warning -> settings.log().add(Level.WARNING, warning, null));
    }
    Duration left = keys == settings.keys() ? limit : limit.minusNanos(System.nanoTime() - start);
    while (true) {
      try {
        return openThroughJump(settings, keys, hostKey, left, stop);
      } catch (HostKeyException e) {
        left = limit.minusNanos(System.nanoTime() - start);
        if (!hostKey.mayShowAnother() || left.isNegative()) {
          throw e;
        }
      }
    }
  }

  private static SshSession openThroughJump(
      SessionSettings settings,
      PrivateKeys keys,
      HostKeyCheck hostKey,
      Duration limit,
      CompletableFuture<?> stop)
      throws IOException {
    SessionSettings jumpSettings = settings.jump();
    if (jumpSettings == null) {
      return logIn(settings, keys, null, hostKey, limit, limit, stop);
    }
    long start = System.nanoTime();
    Duration own = jumpSettings.options().connectTimeout();
    SshSession jump = open(jumpSettings, own.compareTo(limit) < 0 ? own : limit, stop);
    boolean done = false;
    try {
      Duration left = limit.minusNanos(System.nanoTime() - start);
      SshSession opened = logIn(settings, keys, jump, hostKey, limit, left, stop);
      done = true;
      return opened;
    } finally {
      if (!done) {
        jump.abort(new IOException("given up"));
      }
    }
  }

  /**
   * Connects and logs in.
   *
   * @param jump the session with the jump host, which then belongs to the new session; or null
   * @param limit the limit for all hops, for messages
   * @param left what is left of the limit
   * @param stop cancels the attempt when it completes exceptionally
   */
  private static SshSession logIn(
      SessionSettings settings,
      PrivateKeys keys,
      @Nullable SshSession jump,
      HostKeyCheck hostKey,
      Duration limit,
      Duration left,
      CompletableFuture<?> stop)
      throws IOException {
    ConnectionOptions options = settings.options();
    var log = new JschLog(settings.log());
    Route route = jump == null ? Routes.of(options, log, left) : jump.route(log);
    var stream = new MonitoredStream(route, log, options);
    var answers = new LoginAnswers(options, log);
    answers.banners().onFailure(() -> stream.abort(new IOException("banner(..) failed")));
    // Half of the limit, so that an agent that does not answer leaves time for other keys.
    OfferedKeys offered = OfferedKeys.of(keys, AgentKeys.of(options), left.dividedBy(2));
    for (String problem : offered.skipped()) {
      log.debug(problem);
    }
    var errorMapper = new ConnectErrorMapper(settings, log, stream, hostKey, offered, answers);
    var opened =
        new SshSession(
            JschSessions.create(settings, log, stream, hostKey, offered, answers),
            stream,
            jump,
            log,
            answers,
            settings.failures(),
            settings.executor());
    var connected = new CompletableFuture<SshSession>();
    stop.whenComplete(
        (nothing, why) -> {
          if (why != null) {
            connected.completeExceptionally(why);
          }
        });
    DaemonThreads.start(
        "jsftp-connect " + options,
        () ->
            BlockingExecutor.run(() -> opened.connect(errorMapper), connected, SshSession::close));
    boolean done = false;
    try {
      BlockingExecutor.await(connected, left, SshSession::close);
      done = true;
      return opened;
    } catch (TimeoutException e) {
      throw errorMapper.timedOut(limit);
    } finally {
      if (!done) {
        stream.abort(new IOException("given up"));
        offered.close();
        answers.user().close();
      }
    }
  }
}
