package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that moves a tree and is killed in the middle. */
final class MoveProgram {
  static final int KILLED = 9;

  private MoveProgram() {}

  /** The direction of a move. */
  enum Move {
    GET,
    PUT;

    /** Moves all files between a local directory and a remote one. */
    void run(Connection sftp, Path local, String remote, Runnable onStep) throws IOException {
      var options =
          TransferOptions.builder()
              .removeSource(true)
              .removeEmptyDirectories(true)
              .doneFile("{name}.ok")
              .progress(progress -> onStep.run())
              .onFile(outcome -> onStep.run())
              .build();
      if (this == GET) {
        sftp.getR(remote, local, options);
      } else {
        sftp.putR(local, remote, options);
      }
    }
  }

  /** When the program is killed: after so many bytes in a direction, or, without one, callbacks. */
  record Moment(String what, long count) {
    static Moment after(Direction direction, long bytes) {
      return new Moment(direction.name(), bytes);
    }

    static Moment atCallback(long number) {
      return new Moment("CALLBACK", number);
    }
  }

  /** Runs the program; returns its exit status. */
  static int run(TestServer server, Move move, Path local, String remote, Moment moment)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                MoveProgram.class.getName()));
    command.addAll(
        List.of(
            server.host(),
            String.valueOf(server.port()),
            server.username(),
            server.privateKey().toString(),
            server.knownHosts().toString(),
            move.name(),
            local.toString(),
            remote,
            moment.what,
            String.valueOf(moment.count)));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      return process.waitFor(2, TimeUnit.MINUTES) ? process.exitValue() : -1;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Moves the tree. */
  public static void main(String[] args) throws Exception {
    try (var proxy = FaultProxy.to(args[0], Integer.parseInt(args[1]));
        var sftp =
            Connection.connect(
                ConnectionOptions.builder(proxy.host())
                    .port(proxy.port())
                    .hostKeyAlias("[" + args[0] + "]:" + args[1])
                    .username(args[2])
                    .privateKey(Path.of(args[3]))
                    .knownHosts(Path.of(args[4]))
                    .connectTimeout(Duration.ofMinutes(1))
                    .timeout(Duration.ofMinutes(1))
                    .build())) {
      long count = Long.parseLong(args[9]);
      var callbacks = new AtomicInteger();
      Runnable onStep = () -> {};
      if (args[8].equals("CALLBACK")) {
        onStep =
            () -> {
              if (callbacks.incrementAndGet() == count) {
                Runtime.getRuntime().halt(KILLED);
              }
            };
      } else {
        proxy.doAfter(Direction.valueOf(args[8]), count, () -> Runtime.getRuntime().halt(KILLED));
      }
      Move.valueOf(args[5]).run(sftp, Path.of(args[6]), args[7], onStep);
    }
  }
}
