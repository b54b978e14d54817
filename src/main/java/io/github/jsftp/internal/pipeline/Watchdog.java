package io.github.jsftp.internal.pipeline;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The thread that looks after channels that make no progress. */
final class Watchdog {
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
    try {
      while (!ended.await(pause(), TimeUnit.MILLISECONDS)) {
        Duration limit = timeout.get();
        for (SftpChannel channel : channels) {
          channel.checkProgress(limit);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long pause() {
    return Math.max(10, Math.min(1000, timeout.get().toMillis() / 8));
  }
}
