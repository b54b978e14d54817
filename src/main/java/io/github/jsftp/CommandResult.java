package io.github.jsftp;

import java.util.List;

/**
 * What a command printed and how it ended. Immutable and safe to share between threads.
 *
 * @param stdout what it printed on standard output, read as UTF-8
 * @param stderr what it printed on standard error, read as UTF-8
 * @param exitStatus its exit status, 0 for success; 128 + n if signal n ended it, as in a shell; -1
 *     if the server told neither
 */
public record CommandResult(String stdout, String stderr, int exitStatus) {

  /** Returns the lines of standard output, without their ends. */
  public List<String> lines() {
    return stdout.lines().toList();
  }
}
