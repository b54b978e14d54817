package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * OpenSSH's {@code sftp} in batch mode. Only the time of a whole process can be measured; another
 * one that connects and ends tells what of it is the connection's.
 */
final class SftpCommand implements Entrant {
  private static final long LIMIT_MINUTES = 10;
  private static final String BATCH = "batch";

  private final Login login;
  private final Path folder;

  SftpCommand(Login login, Path folder) {
    this.login = login;
    this.folder = folder;
  }

  /** Whether this machine has the program, and the shell that measures it. */
  static boolean isInstalled() {
    for (String program : List.of("sftp", "bash")) {
      try {
        new ProcessBuilder(program, "-?").start().destroyForcibly();
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  /** What a process took, in nanoseconds. */
  private record Ran(long elapsed, long cpu, List<String> output) {}

  @Override
  public String title() {
    return "OpenSSH sftp";
  }

  @Override
  public boolean enters(Action action) {
    return action != Action.MIRROR && action != Action.STAT; // it has neither
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public boolean warmsUp() {
    return false;
  }

  @Override
  public Measurement measure(Task task) throws IOException {
    if (task.action().isWhole()) {
      Ran whole = run(task.port(), command(task));
      return new Measurement(0, whole.elapsed(), 0, whole.cpu(), 0, 1);
    }
    Ran empty = run(task.port(), "bye");
    Ran whole = run(task.port(), command(task));
    long items = task.items();
    if (task.action() == Action.LIST) {
      items = whole.output().stream().filter(line -> !line.startsWith("sftp> ")).count();
    }
    return new Measurement(
        empty.elapsed(),
        Math.max(1, whole.elapsed() - empty.elapsed()),
        0,
        Math.max(0, whole.cpu() - empty.cpu()),
        0,
        items);
  }

  private static String command(Task task) {
    String remote = '"' + task.remote() + '"';
    String local = '"' + task.local().toString() + '"';
    return switch (task.action()) {
      case GET_FILE, CONNECT -> "get " + remote + " " + local;
      case PUT_FILE -> "put " + local + " " + remote;
      case GET_TREE -> "get -r " + remote + " " + local;
      case PUT_TREE -> "put -r " + local + " " + remote;
      case LIST -> "ls -l " + remote;
      case STAT, MIRROR -> throw new IllegalArgumentException(task.action().name());
    };
  }

  private Ran run(int port, String batch) throws IOException {
    Path script = Files.writeString(folder.resolve(BATCH), batch + "\n");
    Path out = folder.resolve(BATCH + ".out");
    Path err = folder.resolve(BATCH + ".err");
    var command = new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='%U %S'; time \"$@\"", "bash"));
    command.addAll(List.of("sftp", "-q", "-b", script.toString(), "-F", "none"));
    command.addAll(List.of("-c", login.cipher(), "-P", Integer.toString(port)));
    for (String option :
        List.of(
            "IdentityFile=" + login.privateKey(),
            "IdentitiesOnly=yes",
            "UserKnownHostsFile=" + login.knownHosts(),
            "HostKeyAlias=" + Login.ALIAS,
            "HostKeyAlgorithms=" + Login.HOST_KEY_TYPE)) {
      command.addAll(List.of("-o", option));
    }
    command.add(login.username() + "@" + login.host());
    var builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    builder.environment().remove("SSH_AUTH_SOCK");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    long begin = System.nanoTime();
    int status = waitFor(builder.start());
    long elapsed = System.nanoTime() - begin;
    List<String> complaints = Files.readAllLines(err, StandardCharsets.UTF_8);
    if (status != 0) {
      throw new IOException("sftp ended with " + status + ": " + String.join(" ", complaints));
    }
    return new Ran(elapsed, cpu(complaints), Files.readAllLines(out, StandardCharsets.UTF_8));
  }

  /** Reads the last line, user and system time in seconds. */
  private static long cpu(List<String> lines) {
    double seconds = 0;
    for (String field : lines.get(lines.size() - 1).split(" ", -1)) {
      seconds += Double.parseDouble(field);
    }
    return Math.round(seconds * 1e9);
  }

  private static int waitFor(Process process) throws IOException {
    try {
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IOException("not done after " + LIMIT_MINUTES + " minutes");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {}
}
