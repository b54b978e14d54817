package io.github.jsftp;

import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program that polls an inbox, and that may be killed in the middle. */
final class InboxProgram {
  static final int KILLED = 9;

  /** How an inbox ends with its files. */
  enum Job {
    ARCHIVE,
    ARCHIVE_WITH_DONE_FILE,
    DELETE,
    FAIL,
    REMEMBER,
    ELSEWHERE;

    /** The files in the folder when all has been done once, for a file named a.csv. */
    List<String> left() {
      return switch (this) {
        case ARCHIVE -> List.of("done/a.csv");
        case ARCHIVE_WITH_DONE_FILE -> List.of("done/a.csv", "done/a.csv.ok");
        case DELETE -> List.of();
        case FAIL -> List.of("failed/a.csv", "failed/a.csv.reason.txt");
        case REMEMBER -> List.of("a.csv");
        case ELSEWHERE -> List.of();
      };
    }

    /** The archive on another file system, if this job has one. */
    Optional<Path> elsewhere(Path dir) {
      return this == ELSEWHERE
          ? Optional.of(Path.of("/dev/shm/jsftp-inbox" + dir.toString().replace('/', '-')))
          : Optional.empty();
    }

    /** An inbox that notes in a file which files its handler is given. */
    Inbox inbox(Connection sftp, Path dir) {
      var inbox =
          Inbox.of(sftp, "outbox")
              .names("*.csv")
              .temporaryDirectory(dir)
              .handler(
                  (info, file) -> {
                    Files.writeString(
                        dir.resolve("handled"),
                        info.name() + "=" + Files.readString(file) + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                    if (System.getProperty("halt") != null) {
                      Runtime.getRuntime().halt(KILLED);
                    }
                    if (this == FAIL) {
                      throw new IOException("bad");
                    }
                  });
      Path journal = dir.resolve("journal");
      return (switch (this) {
            case ARCHIVE, FAIL ->
                inbox.journal(journal).unchangedFor(Duration.ZERO).archive("done");
            case ARCHIVE_WITH_DONE_FILE ->
                inbox.journal(journal).doneFile("{name}.ok").archive("done");
            case ELSEWHERE ->
                inbox
                    .journal(journal)
                    .unchangedFor(Duration.ZERO)
                    .archive(elsewhere(dir).orElseThrow().toString());
            case DELETE -> inbox.journal(journal).unchangedFor(Duration.ZERO).removeSource(true);
            case REMEMBER -> inbox.remember(journal).unchangedFor(Duration.ZERO);
          })
          .build();
    }
  }

  private InboxProgram() {}

  static List<String> arguments(TestServer server, String folder, Path dir, Job job) {
    return List.of(
        server.host(),
        String.valueOf(server.port()),
        server.username(),
        server.privateKey().toString(),
        server.knownHosts().toString(),
        folder,
        dir.toString(),
        job.name());
  }

  /** Starts the program; it is killed when that many bytes have passed since it was connected. */
  static Process start(List<String> arguments, Direction direction, long bytes, String... options)
      throws IOException {
    var all = new ArrayList<String>(arguments);
    all.add(direction.name());
    all.add(String.valueOf(bytes));
    List<String> command = ChildJvm.command(List.of(options), InboxProgram.class.getName(), all);
    File output = Path.of(arguments.get(6), "output").toFile();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
        .start();
  }

  static int exitStatus(Process process) throws InterruptedException {
    try {
      return process.waitFor(2, TimeUnit.MINUTES) ? process.exitValue() : -1;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Polls until no file is left. */
  public static void main(String[] args) throws Exception {
    Path dir = Path.of(args[6]);
    var job = Job.valueOf(args[7]);
    try (var proxy = FaultProxy.to(args[0], Integer.parseInt(args[1]));
        var sftp =
            Connection.connect(
                ConnectionOptions.builder(proxy.host())
                    .port(proxy.port())
                    .hostKeyAlias("[" + args[0] + "]:" + args[1])
                    .username(args[2])
                    .privateKey(Path.of(args[3]))
                    .knownHosts(Path.of(args[4]))
                    .defaultPath(args[5])
                    .build())) {
      long bytes = Long.parseLong(args[9]);
      if (bytes > 0) {
        proxy.doAfter(Direction.valueOf(args[8]), bytes, () -> Runtime.getRuntime().halt(KILLED));
      }
      Path go = dir.resolveSibling("go");
      Files.createFile(dir.resolve("ready"));
      Eventually.until("the signal to go is there", () -> Files.exists(go));
      var inbox = job.inbox(sftp, dir);
      boolean left = true;
      while (left) {
        InboxReport report = inbox.poll();
        left = report.handled() > 0;
      }
    }
  }
}
