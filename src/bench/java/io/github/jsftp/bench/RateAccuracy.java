package io.github.jsftp.bench;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Measures how far the rate of a limited transfer is from its limit, for a file and for a tree, up
 * and down.
 *
 * <pre>{@code
 * mvn -q -Pbench test-compile exec:exec -Dbench.main=io.github.jsftp.bench.RateAccuracy \
 *   -Dbench.jvm=-Dsftp.server=openssh
 * }</pre>
 *
 * <p>Arguments, in {@code -Dbench="10 1000000"}: the seconds (10), the limits in bytes per second
 * (1000000 20000000).
 */
public final class RateAccuracy {
  private static final int FILE_BYTES = 100_000;

  private RateAccuracy() {}

  /** Runs the measurement. */
  public static void main(String[] args) throws IOException {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    long[] limits = {1_000_000, 20_000_000};
    if (args.length > 1) {
      limits = Stream.of(args).skip(1).mapToLong(Long::parseLong).toArray();
    }
    try (var server = TestServer.shared();
        var folder = ServerFolder.create(server);
        var sftp = Connections.connect(server, folder)) {
      for (long limit : limits) {
        measure(server, folder, sftp, limit, seconds * limit);
      }
    }
  }

  private static void measure(
      TestServer server, ServerFolder folder, Connection sftp, long limit, long bytes)
      throws IOException {
    var options = TransferOptions.builder().maxBytesPerSecond(limit).build();
    String name = Long.toString(limit);
    Path file = Trees.file(folder.local(name + "-file"), 1, bytes);
    Path tree = Files.createDirectory(folder.local(name + "-tree"));
    for (int i = 0; i < bytes / FILE_BYTES; i++) {
      Trees.file(tree.resolve("f" + i), i, FILE_BYTES);
    }
    String to = folder.path(name);
    print(server, limit, "put", bytes, sftp.put(file, to + "-put", options).elapsed());
    print(
        server,
        limit,
        "get",
        bytes,
        sftp.get(file.toString(), Path.of(to + "-get"), options).elapsed());
    print(server, limit, "putR", bytes, sftp.putR(tree, to + "-putR", options).elapsed());
    print(
        server,
        limit,
        "getR",
        bytes,
        sftp.getR(tree.toString(), Path.of(to + "-getR"), options).elapsed());
  }

  private static void print(
      TestServer server, long limit, String what, long bytes, Duration elapsed) {
    double seconds = elapsed.toNanos() / 1e9;
    double rate = bytes / seconds;
    System.out.printf(
        "%-8s limit %,11d %-4s %6.2f s %,11.0f bytes/s %+5.1f %%%n",
        server.kind(), limit, what, seconds, rate, (rate / limit - 1) * 100);
  }
}
