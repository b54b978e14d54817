package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The program {@code lftp}, which speaks SFTP over {@code ssh} processes of its own: one for each
 * file that it copies at a time. As {@link SftpCommand} it is measured as a whole process.
 */
final class LftpCommand {
  static final String PROGRAM = "lftp";

  private static final int PARALLEL = 8;
  private static final String MIRROR = "mirror --no-perms --parallel=" + PARALLEL;

  private final Login login;
  private final WholeProcess process;
  private final boolean cold;
  private final Path pids;

  private LftpCommand(Login login, Path folder, boolean cold) {
    this.login = login;
    this.cold = cold;
    process = new WholeProcess(PROGRAM, folder, login.near());
    pids = folder.resolve("lftp.pids");
  }

  /** Returns it as one that takes part. */
  static Entrant entrant(Login login, Path folder, boolean cold) {
    var lftp = new LftpCommand(login, folder, cold);
    return new ProgramEntrant(PROGRAM, lftp::enters, lftp::measure);
  }

  private boolean enters(Action action) {
    return (!cold || action.copies())
        && action != Action.STAT
        && action != Action.REMOVE; // as no program would
  }

  private Measurement measure(Task task) throws IOException {
    if (cold || task.action().isWhole()) {
      return run(task.port(), command(task)).whole(task.items());
    }
    var empty = run(task.port(), "cd /"); // the first command that has to ask is what connects
    var ran = run(task.port(), command(task));
    long items = task.items();
    if (task.action() == Action.LIST) {
      items = ran.output().size();
    } else if (task.action() == Action.MIRROR && !ran.output().isEmpty()) {
      throw new IOException("was not to copy: " + ran.output().get(0));
    }
    return ran.beside(empty, items);
  }

  private static String command(Task task) {
    String remote = '"' + task.remote() + '"';
    String local = '"' + task.local().toString() + '"';
    return switch (task.action()) {
      case GET_FILE -> "pget -n " + PARALLEL + " " + remote + " -o " + local;
      case CONNECT -> "get " + remote + " -o " + local;
      case PUT_FILE -> "put " + local + " -o " + remote;
      case GET_TREE -> MIRROR + " " + remote + " " + local;
      case PUT_TREE -> MIRROR + " -R " + local + " " + remote;
      case MIRROR -> MIRROR + " -R --verbose " + local + " " + remote; // tells what it copies
      case LIST -> "cls -l " + remote;
      case STAT, REMOVE -> throw new IllegalArgumentException(task.action().name());
    };
  }

  private WholeProcess.Ran run(int port, String command) throws IOException {
    Files.deleteIfExists(pids);
    String url = "sftp://" + login.username() + ":@" + login.host();
    return process.run(
        List.of("--norc", "-f", process.script().toString()),
        List.of(
            "set cmd:fail-exit yes",
            "set net:max-retries 1",
            "set xfer:log no",
            "set sftp:connect-program \"" + ssh() + '"',
            "open -p " + port + " " + url,
            command,
            "close -a",
            waitForSsh()));
  }

  /** Becomes {@code ssh} without a shell between, as lftp would not wait for the shell's child. */
  private String ssh() {
    return WholeProcess.sshOptions(login).stream()
        .map(option -> "'" + option + "'")
        .collect(Collectors.joining(" ", "echo $$ >> '" + pids + "'; exec ssh -a -x ", ""));
  }

  /** Lets lftp stay until it has seen the ends of all: else their processor time would be lost. */
  private String waitForSsh() {
    return "!while read pid; do while kill -0 $pid 2> /dev/null; do sleep 0.005; done; done < '"
        + pids
        + "'";
  }
}
