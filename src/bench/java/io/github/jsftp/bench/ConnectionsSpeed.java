package io.github.jsftp.bench;

import io.github.jsftp.Connection;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how many {@code stat} and {@code get} calls per second many threads complete over one
 * connection and over several.
 *
 * <pre>{@code
 * mvn -q -Pbench test-compile exec:exec -Dbench.main=io.github.jsftp.bench.ConnectionsSpeed \
 *   -Dbench.jvm=-Dsftp.server=openssh
 * }</pre>
 *
 * <p>Arguments, in {@code -Dbench="32 5"}: the number of threads (32), the seconds for each figure
 * (5).
 */
public final class ConnectionsSpeed {
  private static final int FILE_BYTES = 4096;

  private interface Work {
    void on(Connection sftp, int thread) throws IOException;
  }

  private ConnectionsSpeed() {}

  /** Runs the measurement. */
  public static void main(String[] args) throws Exception {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 32;
    var time = Duration.ofSeconds(args.length > 1 ? Integer.parseInt(args[1]) : 5);
    try (var server = TestServer.shared();
        var folder = ServerFolder.create(server);
        var proxy = FaultProxy.to(server)) {
      Path file = Trees.file(folder.local("file"), 1, FILE_BYTES);
      for (int roundTrip : new int[] {0, 20}) {
        proxy.delay(Duration.ofNanos(roundTrip * 500_000L));
        for (int connections : new int[] {1, 2, 4, 8}) {
          var all = new ArrayList<Connection>();
          for (int i = 0; i < connections; i++) {
            all.add(Connection.connect(Connections.options(server, proxy.port()).build()));
          }
          Work stat = (sftp, thread) -> sftp.stat(file.toString());
          Work get = (sftp, thread) -> sftp.get(file.toString(), folder.local("down" + thread));
          System.out.printf(
              "%s, %d threads, %2d ms round trip, %d connections: %6.0f stats/s %6.0f gets/s%n",
              server.kind(),
              threads,
              roundTrip,
              connections,
              perSecond(all, threads, time, stat),
              perSecond(all, threads, time, get));
          all.forEach(Connection::close);
        }
      }
    }
  }

  private static double perSecond(List<Connection> all, int threads, Duration time, Work work)
      throws InterruptedException {
    var done = new AtomicLong();
    var over = new CountDownLatch(threads);
    long warm = System.nanoTime() + time.toNanos() / 2;
    long end = warm + time.toNanos();
    for (int i = 0; i < threads; i++) {
      int number = i;
      Connection sftp = all.get(i % all.size());
      Runnable calls =
          () -> {
            try {
              while (System.nanoTime() - end < 0) {
                work.on(sftp, number);
                if (System.nanoTime() - warm >= 0) {
                  done.incrementAndGet();
                }
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            } finally {
              over.countDown();
            }
          };
      new Thread(calls, "busy-" + i).start();
    }
    over.await();
    return done.get() * 1e9 / time.toNanos();
  }
}
