package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.log.ConnectionLog;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings and resources that all sessions of a connection share.
 *
 * @param cpuTime returns the CPU time of the current thread in nanoseconds
 * @param pinnedHostKey the host key that matches the expected fingerprint, once a session has seen
 *     it
 */
record SessionSettings(
    ConnectionOptions options,
    Algorithms algorithms,
    PrivateKeys keys,
    Failures failures,
    ConnectionLog log,
    BlockingExecutor executor,
    LongSupplier cpuTime,
    AtomicReference<byte @Nullable []> pinnedHostKey) {}
