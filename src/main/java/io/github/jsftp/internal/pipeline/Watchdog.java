package io.github.jsftp.internal.pipeline;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The thread that looks after channels that make no progress. */
final class Watchdog {
  private static final System.Logger LOGGER = System.getLogger("io.github.jsftp");
  private static final long SHORTEST_PAUSE = 10;

  private final Supplier<Duration> timeout;
  private final Iterable<SftpChannel> channels;
  private final CountDownLatch ended = new CountDownLatch(1);

  Watchdog(Supplier<Duration> timeout, Iterable<SftpChannel> channels) {
    this.timeout = timeout;
    this.channels = channels;
  }

  void start() {
    Daemon.start("jsftp-watchdog", this::run);
  }

  void end() {
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
    for (SftpChannel channel : channels) {
      channel.checkProgress(limit);
    }
    return Math.max(SHORTEST_PAUSE, Math.min(1000, limit.toMillis() / 8));
  }
}
