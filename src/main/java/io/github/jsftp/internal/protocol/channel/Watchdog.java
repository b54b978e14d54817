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

/** The thread that looks after channels that make no progress. */
public final class Watchdog {
  private static final System.Logger LOGGER = System.getLogger("io.github.jsftp");
  private static final long SHORTEST_PAUSE = 10;

  private final Supplier<Duration> timeout;
  private final Iterable<SftpChannel> channels;
  private final CountDownLatch ended = new CountDownLatch(1);
  private Set<SftpChannel> asked = Set.of(); // for a sign of life, since they have moved

  public Watchdog(Supplier<Duration> timeout, Iterable<SftpChannel> channels) {
    this.timeout = timeout;
    this.channels = channels;
  }

  public void start() {
    DaemonThreads.start("jsftp-watchdog", this::run);
  }

  public void end() {
    ended.countDown();
  }

  private void run() {
    long pause = SHORTEST_PAUSE;
    try {
      while (!ended.await(pause, TimeUnit.MILLISECONDS)) {
        try {
          pause = look();
        } catch (RuntimeException | Error e) {
          LOGGER.log(Level.WARNING, "can't look after the channels this time", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Checks all channels; returns after how many milliseconds to check again. */
  private long look() {
    Duration limit = timeout.get();
    var still = new HashSet<SftpChannel>();
    for (SftpChannel channel : channels) {
      if (isStill(channel, limit)) {
        still.add(channel);
      }
    }
    asked = still;
    return Math.max(SHORTEST_PAUSE, Math.min(1000, limit.toMillis() / 8));
  }

  /**
   * Breaks a channel off that has had work and no progress for too long. After half of that the
   * server is asked for a sign of life, which tells whether it is this channel alone.
   */
  private boolean isStill(SftpChannel channel, Duration limit) {
    long still = System.nanoTime() - channel.lastMove();
    if (channel.load() == 0 || still <= limit.toNanos() / 2) {
      return false;
    } else if (!asked.contains(channel)) {
      channel.isSilent(limit.dividedBy(2));
    } else if (still > limit.toNanos()) {
      channel.breakOff(reason(channel, limit));
    }
    return true;
  }

  /** On a server that is alive, the request that has waited longest holds up all the others. */
  private static RequestContext.Reason reason(SftpChannel channel, Duration limit) {
    Failures failures = channel.settings().failures();
    RequestContext oldest = channel.isSilent(limit) ? null : channel.oldest();
    return context ->
        oldest == null || Objects.equals(context.path(), oldest.path())
            ? failures.timedOut(context.operation(), context.path(), limit)
            : failures.heldUp(
                context.operation(), context.path(), oldest.operation(), oldest.path(), limit);
  }
}
