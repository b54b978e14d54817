package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A program that moves files and is killed in the middle. */
final class MoveProgram {
  static final int KILLED = 9;

  /** What the path of a copy on the server ends with. */
  static final String BESIDE = "-copy";

  private MoveProgram() {}

  /** The direction of a move, of a tree or of all its files into one directory. */
  enum Move {
    GET,
    PUT,
    COPY_TO,
    GET_ALL,
    PUT_ALL;

    boolean isTree() {
      return this != GET_ALL && this != PUT_ALL;
    }

    /** Moves all files between a local directory and a remote one, or one beside that. */
    void run(Connection sftp, Path local, String remote, Runnable onStep) throws IOException {
      var options =
          TransferOptions.builder()
              .removeSource(true)
              .removeEmptyDirectories(isTree())
              .doneFile("{name}.ok")
              .progress(progress -> onStep.run())
              .onFile(outcome -> onStep.run())
              .build();
      switch (this) {
        case GET -> sftp.getR(remote, local, options);
        case PUT -> sftp.putR(local, remote, options);
        case COPY_TO -> sftp.copyToR(remote, sftp, remote + BESIDE, options);
        case GET_ALL -> {
          try (Stream<FileInfo> files = sftp.walk(remote)) {
            sftp.getAll(
                files.filter(FileInfo::isFile).map(FileInfo::path).toList(), local, options);
          }
        }
        case PUT_ALL -> {
          try (Stream<Path> files = Files.walk(local)) {
            sftp.putAll(files.filter(Files::isRegularFile).toList(), remote, options);
          }
        }
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
    List<String> arguments =
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
            String.valueOf(moment.count));
    Process process =
        new ProcessBuilder(ChildJvm.command(List.of(), MoveProgram.class.getName(), arguments))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      return process.waitFor(10, TimeUnit.MINUTES) ? process.exitValue() : -1;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Moves the files. */
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
                    .connectTimeout(Duration.ofMinutes(5))
                    .timeout(Duration.ofMinutes(5))
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
