package io.github.jsftp.testing;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.TransferOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client in a JVM of its own that has little memory: what needs more ends that JVM, and fails the
 * test.
 */
public final class SmallHeap {
  private static final long LIMIT_SECONDS = 200;

  private SmallHeap() {}

  /** What the client does; each counts what it has seen. */
  public enum Task {
    /** Reads a listing as a stream. */
    LIST {
      @Override
      long run(Connection sftp, String path) throws IOException {
        try (var entries = sftp.list(path)) {
          return entries.mapToLong(entry -> 1).sum();
        }
      }
    },
    /** Walks through a tree. */
    WALK {
      @Override
      long run(Connection sftp, String path) throws IOException {
        var files = new AtomicLong();
        sftp.walkTree(path, file -> files.incrementAndGet(), directory -> {}, other -> {});
        return files.get();
      }
    },
    /** Downloads none of a tree's files, since the filter wants none. */
    GET_NONE {
      @Override
      long run(Connection sftp, String path) throws IOException {
        Path target = Files.createTempDirectory("jsftp-none-");
        var files = new AtomicLong();
        var none = TransferOptions.builder().filter(name -> files.incrementAndGet() < 0).build();
        try {
          sftp.getR(path, target, none);
        } finally {
          Folders.delete(target);
        }
        return files.get();
      }
    };

    abstract long run(Connection sftp, String path) throws IOException;
  }

  /** Has a client with so much memory do something; returns what it has counted. */
  public static long run(int mebibytes, Task task, TestServer server, String path)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("jsftp-small-heap-", ".txt");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + mebibytes + "m",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            SmallHeap.class.getName(),
            String.valueOf(server.port()),
            server.username(),
            server.privateKey().toString(),
            server.knownHosts().toString(),
            task.name(),
            path);
    Process client =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = client.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      var lines = Files.readAllLines(output);
      if (!ended || client.exitValue() != 0) {
        throw new AssertionError(
            (ended ? "the client failed: " : "the client is not done: ")
                + String.join("\n", lines));
      }
      return Long.parseLong(lines.get(lines.size() - 1));
    } finally {
      client.destroyForcibly();
      Files.delete(output);
    }
  }

  /** Is the client. */
  public static void main(String[] args) throws IOException {
    var options =
        ConnectionOptions.builder("127.0.0.1")
            .port(Integer.parseInt(args[0]))
            .username(args[1])
            .privateKey(Path.of(args[2]))
            .hostKeys(HostKeys.knownHosts(Path.of(args[3])))
            .build();
    try (var sftp = Connection.connect(options)) {
      System.out.println(Task.valueOf(args[4]).run(sftp, args[5]));
    }
  }
}
