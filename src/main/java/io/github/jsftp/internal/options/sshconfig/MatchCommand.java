package io.github.jsftp.internal.options.sshconfig;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/** A command of {@code Match exec}. */
final class MatchCommand {
  private MatchCommand() {}

  /**
   * Runs a command in the user's shell, as ssh does, and returns true if its exit status is zero.
   * The command has no input, and its output is discarded. If this thread is interrupted, the
   * command is ended.
   *
   * @throws InterruptedIOException if this thread is interrupted; its interrupt status stays set
   * @throws IOException if there is no such shell
   */
  static boolean succeeds(String command, LocalAccount account, ConfigLine line)
      throws IOException {
    String shell = account.environment().getOrDefault("SHELL", "");
    List<String> words =
        File.separatorChar == '\\'
            ? List.of("cmd.exe", "/c", command)
            : List.of(shell.isEmpty() ? "/bin/sh" : shell, "-c", command);
    Process process;
    try {
      process =
          new ProcessBuilder(words)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw line.problem("match exec: can't run " + words.get(0) + " (" + e.getMessage() + ")");
    }
    try {
      process.getOutputStream().close();
      return process.waitFor() == 0;
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("interrupted while match exec ran a command");
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
