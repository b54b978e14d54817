package io.github.jsftp;

import java.util.List;

/**
 * The output and the exit status of a command. Immutable and safe to share between threads.
 *
 * @param stdout the standard output, decoded as UTF-8
 * @param stderr the standard error output, decoded as UTF-8
 * @param exitStatus the exit status, 0 for success; 128 + n if the command was killed by signal n,
 *     as in a shell; -1 if the server reported neither
 */
public record CommandResult(String stdout, String stderr, int exitStatus) {

  /** Returns the lines of standard output, without line terminators. */
  public List<String> lines() {
    return stdout.lines().toList();
  }
}
