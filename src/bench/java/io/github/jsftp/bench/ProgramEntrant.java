package io.github.jsftp.bench;

import java.io.IOException;
import java.util.function.Predicate;

/**
 * A program that copies many files at a time. It is measured as a whole process.
 *
 * @param actions what it is measured with
 */
record ProgramEntrant(String title, Predicate<Action> actions, Run run) implements Entrant {

  /** Runs the program for a task, and measures it. */
  @FunctionalInterface
  interface Run {
    Measurement measure(Task task) throws IOException;
  }

  @Override
  public boolean enters(Action action) {
    return actions.test(action);
  }

  /** Trees are measured as a whole: with a part, the program's start would be scaled, too. */
  @Override
  public int lanes() {
    return 0;
  }

  @Override
  public boolean warmsUp() {
    return false;
  }

  @Override
  public Measurement measure(Task task) throws IOException {
    return run.measure(task);
  }

  @Override
  public void close() {}
}
