package io.github.jsftp.bench;

import io.github.jsftp.Connection;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Compares {@code copyTo} with {@code get} and {@code put} through a local file, and {@code
 * copyToR} with {@code getR} and {@code putR} through a local directory. Both ways take turns.
 *
 * <pre>{@code
 * mvn -q -Pbench test-compile exec:exec -Dbench.main=io.github.jsftp.bench.CopyToSpeed \
 *   -Dbench.jvm=-Dsftp.server=openssh
 * }</pre>
 *
 * <p>Arguments, in {@code -Dbench="64 1000 5"}: the size of the file in MiB (64), the number of
 * files in the tree (1000), the rounds (5).
 */
public final class CopyToSpeed {
  private static final int SMALL = 4096;

  private interface Work {
    void run(String target) throws IOException;
  }

  private CopyToSpeed() {}

  /** Runs the measurement. */
  public static void main(String[] args) throws Exception {
    int mebibytes = args.length > 0 ? Integer.parseInt(args[0]) : 64;
    int files = args.length > 1 ? Integer.parseInt(args[1]) : 1000;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    try (var server = TestServer.shared();
        var folder = ServerFolder.create(server);
        var proxy = FaultProxy.to(server)) {
      Trees.file(folder.local("file"), 1, mebibytes << 20);
      Trees.create(folder.local("tree"), 20, files, SMALL);
      Path disk = folder.local("disk");
      for (int roundTrip : new int[] {0, 20}) {
        proxy.delay(Duration.ofNanos(roundTrip * 500_000L));
        int port = roundTrip == 0 ? server.port() : proxy.port();
        try (var from = Connection.connect(Connections.options(server, port).build());
            var to = Connection.connect(Connections.options(server, port).build())) {
          String file = folder.path("file");
          String tree = folder.path("tree");
          compare(
              mebibytes + " MiB, " + roundTrip + " ms",
              rounds,
              target -> from.copyTo(file, to, folder.path(target)),
              target -> {
                from.get(file, disk.resolveSibling("disk-" + target));
                to.put(disk.resolveSibling("disk-" + target), folder.path(target));
              });
          compare(
              files + " files of up to 4 KiB, " + roundTrip + " ms",
              rounds,
              target -> from.copyToR(tree, to, folder.path(target)),
              target -> {
                from.getR(tree, disk.resolveSibling("disk-" + target));
                to.putR(disk.resolveSibling("disk-" + target), folder.path(target));
              });
        }
      }
    }
  }

  private static void compare(String title, int rounds, Work direct, Work throughDisk)
      throws IOException {
    String name = title.replaceAll("\\W+", "-");
    var first = new double[rounds];
    var second = new double[rounds];
    for (int i = -1; i < rounds; i++) { // the first round warms up
      double copied = seconds(direct, name + "-direct" + i);
      double twice = seconds(throughDisk, name + "-disk" + i);
      if (i >= 0) {
        first[i] = copied;
        second[i] = twice;
      }
    }
    Arrays.sort(first);
    Arrays.sort(second);
    double a = first[rounds / 2];
    double b = second[rounds / 2];
    System.out.printf(
        "%s: copied %.2f s, through the disk %.2f s, ratio %.2f%n", title, a, b, b / a);
  }

  private static double seconds(Work work, String target) throws IOException {
    long begin = System.nanoTime();
    work.run(target);
    return (System.nanoTime() - begin) / 1e9;
  }
}
