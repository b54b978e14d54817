package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.hostkeys.HostKeyCheck;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

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
      return SshSession.open(settings, keys, null, hostKey, limit, limit, stop);
    }
    long start = System.nanoTime();
    Duration own = jumpSettings.options().connectTimeout();
    SshSession jump = open(jumpSettings, own.compareTo(limit) < 0 ? own : limit, stop);
    boolean done = false;
    try {
      Duration left = limit.minusNanos(System.nanoTime() - start);
      SshSession opened = SshSession.open(settings, keys, jump, hostKey, limit, left, stop);
      done = true;
      return opened;
    } finally {
      if (!done) {
        jump.abort(new IOException("given up"));
      }
    }
  }
}
