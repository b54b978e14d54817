package io.github.jsftp.bench;

import java.io.IOException;

/** Who takes part: a client in a process of its own. */
interface Entrant extends AutoCloseable {
  String title();

  boolean enters(Action action);

  /** How many files of a tree it has on their way; 0 for as many as it likes. */
  int lanes();

  /** Whether it gets faster with use, as a JVM does. */
  boolean warmsUp();

  /** Connects, does the task, and closes. */
  Measurement measure(Task task) throws IOException;

  @Override
  void close();
}
