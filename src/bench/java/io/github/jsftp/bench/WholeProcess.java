package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command's program from a script, and measures all of the process. */
final class WholeProcess {
  private static final long LIMIT_MINUTES = 10;
  private static final String SHELL = "bash"; // its "time" tells the processor time

  private final String program;
  private final Path folder;
  private final List<String> by;

  /**
   * Prepares to run a program.
   *
   * @param folder holds the script and the output of the program
   * @param by a command that runs the command that follows it; may be empty
   */
  WholeProcess(String program, Path folder, List<String> by) {
    this.program = program;
    this.folder = folder;
    this.by = by;
  }

  /** Whether this machine has the program, and the shell that measures it. */
  static boolean canRun(String program) {
    for (String each : List.of(program, SHELL)) {
      try {
        new ProcessBuilder(each, "-?").start().destroyForcibly();
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  /**
   * What a process took, in nanoseconds.
   *
   * @param cpu with that of the processes that it started and waited for
   * @param output the lines that it printed
   */
  record Ran(long elapsed, long cpu, List<String> output) {

    /** Returns the whole process as one measurement. */
    Measurement whole(long items) {
      return new Measurement(0, elapsed, 0, cpu, 0, items);
    }

    /**
     * Returns a measurement whose work is the time beyond that of a process that only connected.
     */
    Measurement beside(Ran empty, long items) {
      return new Measurement(
          empty.elapsed,
          Math.max(1, elapsed - empty.elapsed),
          0,
          Math.max(0, cpu - empty.cpu),
          0,
          items);
    }
  }

  /** What {@code ssh} and {@code sftp} are told so that all log in the same way. */
  static List<String> sshOptions(Login login) {
    var options = new ArrayList<>(List.of("-F", "none", "-c", login.cipher()));
    for (String option :
        List.of(
            "IdentityFile=" + login.privateKey(),
            "IdentitiesOnly=yes",
            "UserKnownHostsFile=" + login.knownHosts(),
            "HostKeyAlias=" + Login.ALIAS,
            "HostKeyAlgorithms=" + Login.HOST_KEY_TYPE)) {
      options.addAll(List.of("-o", option));
    }
    return options;
  }

  /** Where the script is while it runs. */
  Path script() {
    return folder.resolve(program + ".script");
  }

  /** Runs the program with the arguments, once the script has these lines. */
  Ran run(List<String> arguments, List<String> lines) throws IOException {
    Files.write(script(), lines);
    return runAs(Path.of(program), arguments);
  }

  /** Runs a program that reads no script, under another name or path. */
  Ran runAs(Path executable, List<String> arguments) throws IOException {
    Path out = folder.resolve(program + ".out");
    Path err = folder.resolve(program + ".err");
    var command = new ArrayList<>(by);
    command.addAll(List.of(SHELL, "-c", "TIMEFORMAT='%U %S'; time \"$@\"", SHELL));
    command.add(executable.toString());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("LFTP_HOME", folder.toString()); // nothing of the user's
    builder.environment().remove("SSH_AUTH_SOCK");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    long begin = System.nanoTime();
    int status = waitFor(builder.start());
    long elapsed = System.nanoTime() - begin;
    List<String> complaints = Files.readAllLines(err, StandardCharsets.UTF_8);
    if (status != 0) {
      throw new IOException(
          program + " ended with " + status + ": " + String.join(" ", complaints));
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
}
