package io.github.jsftp.bench;

import java.io.IOException;

/** Who takes part: a client in a process of its own. */
interface Entrant extends AutoCloseable {
  String title();

  boolean enters(Action action);

  /** How many files of a tree it copies at a time; 0 if it is to be measured with all of them. */
  int lanes();

  /** Whether it gets faster with use, as a JVM does. */
  boolean warmsUp();

  /** Connects, does the task, and closes. */
  Measurement measure(Task task) throws IOException;

  @Override
  void close();
}
