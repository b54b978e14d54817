package io.github.jsftp.bench;

import java.nio.file.Path;

/** One measurement to make: through which port, with which paths, of how many items. */
record Task(Action action, int port, String remote, Path local, long items) {
  private static final String SEPARATOR = "\t";

  /** The task as a line of text, for the process that does it. */
  String toLine() {
    return String.join(
        SEPARATOR,
        action.name(),
        Integer.toString(port),
        remote,
        local.toString(),
        Long.toString(items));
  }

  static Task parse(String line) {
    String[] fields = line.split(SEPARATOR, -1);
    return new Task(
        Action.valueOf(fields[0]),
        Integer.parseInt(fields[1]),
        fields[2],
        Path.of(fields[3]),
        Long.parseLong(fields[4]));
  }
}
