package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.remote.Failures;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A thread that aborts channels that make no progress. */
public final class Watchdog {
  private static final System.Logger LOGGER = System.getLogger("io.github.jsftp");
  private static final long MIN_PAUSE_MILLIS = 10;

  private final Supplier<Duration> timeout;
  private final Iterable<SftpChannel> channels;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private Set<SftpChannel> probed =
      Set.of(); // channels for which a keep-alive was requested since their last activity

  public Watchdog(Supplier<Duration> timeout, Iterable<SftpChannel> channels) {
    this.timeout = timeout;
    this.channels = channels;
  }

  public void start() {
    DaemonThreads.start("jsftp-watchdog", this::run);
  }

  public void stop() {
    stopped.countDown();
  }

  private void run() {
    long pause = MIN_PAUSE_MILLIS;
    try {
      while (!stopped.await(pause, TimeUnit.MILLISECONDS)) {
        try {
          pause = check();
        } catch (RuntimeException | Error e) {
          LOGGER.log(Level.WARNING, "the check for channels without progress has failed", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Checks all channels; returns the number of milliseconds until the next check. */
  private long check() {
    Duration limit = timeout.get();
    var stalled = new HashSet<SftpChannel>();
    for (SftpChannel channel : channels) {
      if (isStalled(channel, limit)) {
        stalled.add(channel);
      }
    }
    probed = stalled;
    return Math.max(MIN_PAUSE_MILLIS, Math.min(1000, limit.toMillis() / 8));
  }

  /**
   * Aborts a channel that has pending requests, but has made no progress for the limit. After half
   * the limit a keep-alive is requested. The reply shows whether the server is alive and only this
   * channel is blocked.
   */
  private boolean isStalled(SftpChannel channel, Duration limit) {
    long stalledNanos = System.nanoTime() - channel.lastActivity();
    if (channel.load() == 0 || stalledNanos <= limit.toNanos() / 2) {
      return false;
    } else if (!probed.contains(channel)) {
      channel.isSilent(limit.dividedBy(2));
    } else if (stalledNanos > limit.toNanos()) {
      channel.abort(reason(channel, limit));
    }
    return true;
  }

  /**
   * Returns the reason for the abort. If the server is alive, the oldest request blocks all others
   * on the channel.
   */
  private static RequestContext.AbortReason reason(SftpChannel channel, Duration limit) {
    Failures failures = channel.settings().failures();
    RequestContext oldest = channel.isSilent(limit) ? null : channel.oldestContext();
    return context ->
        oldest == null || Objects.equals(context.path(), oldest.path())
            ? failures.timedOut(context.operation(), context.path(), limit)
            : failures.heldUp(
                context.operation(), context.path(), oldest.operation(), oldest.path(), limit);
  }
}
