package io.github.jsftp.bench;

import io.github.jsftp.Connection;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * Measures the files per second of {@code getR} and {@code putR} for 2,000 files of 1 to 8 KiB in
 * 50 directories, over a connection with a round trip of 20 ms. To run it with a small heap:
 *
 * <pre>{@code
 * mvn -q -Pbench test-compile exec:exec -Dbench.main=io.github.jsftp.bench.TreeSpeed \
 *   -Dbench.jvm="-Xmx64m -Dsftp.server=openssh"
 * }</pre>
 *
 * <p>Arguments, in {@code -Dbench="20 5"}: the round trip in milliseconds (20), the rounds (5).
 */
public final class TreeSpeed {
  private static final int DIRECTORIES = 50;
  private static final int FILES = 2000;

  private TreeSpeed() {}

  /** Runs the measurement. */
  public static void main(String[] args) throws IOException {
    int roundTrip = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    try (var server = TestServer.shared();
        var folder = ServerFolder.create(server);
        var proxy = FaultProxy.to(server)) {
      long bytes = makeTree(folder.local("tree"));
      proxy.delay(Duration.ofNanos(roundTrip * 500_000L));
      System.out.printf(
          "%s, %d files, %d bytes, %d ms round trip, heap of %d MiB%n",
          server.kind(), FILES, bytes, roundTrip, Runtime.getRuntime().maxMemory() >> 20);
      for (int round = 1; round <= rounds; round++) {
        Path local = folder.local("down" + round);
        try (var sftp = Connection.connect(Connections.options(server, proxy.port()).build())) {
          print("down", sftp.getR(folder.path("tree"), local));
        }
        try (var sftp = Connection.connect(Connections.options(server, proxy.port()).build())) {
          print("up", sftp.putR(local, folder.path("up" + round)));
        }
        Trees.assertEqual(folder.local("up" + round), folder.local("tree"));
      }
    }
  }

  private static void print(String way, TreeResult result) {
    double seconds = result.elapsed().toNanos() / 1e9;
    System.out.printf(
        "%-4s %5d files %6.2f s %6.0f files/s%n",
        way, result.transferred(), seconds, result.transferred() / seconds);
  }

  private static long makeTree(Path top) throws IOException {
    var random = new Random(1);
    long bytes = 0;
    for (int d = 0; d < DIRECTORIES; d++) {
      Path dir = Files.createDirectories(top.resolve("dir" + d));
      for (int f = 0; f < FILES / DIRECTORIES; f++) {
        var content = new byte[1024 + random.nextInt(7 * 1024 + 1)];
        random.nextBytes(content);
        Files.write(dir.resolve("file" + f), content);
        bytes += content.length;
      }
    }
    return bytes;
  }
}
