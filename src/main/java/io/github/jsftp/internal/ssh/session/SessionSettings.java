package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.log.ConnectionLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The settings and resources that all sessions of a connection with one host share.
 *
 * @param jump the settings of the jump host, or null
 * @param pinnedHostKey the host key that matches the expected fingerprint, once a session has seen
 *     it
 */
record SessionSettings(
    ConnectionOptions options,
    @Nullable SessionSettings jump,
    Algorithms algorithms,
    PrivateKeys keys,
    Failures failures,
    ConnectionLog log,
    BlockingExecutor executor,
    AtomicReference<byte @Nullable []> pinnedHostKey) {

  /**
   * Loads the keys of each hop.
   *
   * @throws IllegalArgumentException if the options name an unknown algorithm
   */
  static SessionSettings load(
      ConnectionOptions options, Failures failures, ConnectionLog log, BlockingExecutor executor)
      throws IOException {
    var algorithms = new Algorithms(options);
    PrivateKeys keys = PrivateKeys.load(options, failures);
    for (String problem : algorithms.leftOut()) {
      log.add(Level.WARNING, problem, null);
    }
    for (String warning : keys.warnings()) {
      log.add(Level.WARNING, warning, null);
    }
    ConnectionOptions hop = options.jumpHost().orElse(null);
    SessionSettings jump = null;
    if (hop != null) {
      Failures hopFailures = failures.ofJumpHost(hop.username(), hop.host(), hop.port());
      jump = load(hop, hopFailures, log.of(hopFailures), executor);
    }
    return new SessionSettings(
        options, jump, algorithms, keys, failures, log, executor, new AtomicReference<>());
  }
}
