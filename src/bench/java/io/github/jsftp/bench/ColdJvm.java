package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java library in a JVM that is started for each measurement, as for a script: measured is all of
 * the process, the start of the JVM included.
 */
final class ColdJvm implements Entrant {
  private static final String PROGRAM = "java";

  private final Library library;
  private final Login login;
  private final List<String> jvmOptions;
  private final WholeProcess process;

  ColdJvm(Library library, Login login, List<String> jvmOptions, Path folder) {
    this.library = library;
    this.login = login;
    this.jvmOptions = jvmOptions;
    process = new WholeProcess(PROGRAM, folder, login.near());
  }

  /** The program of the JVM. It does nothing but the task, so that nothing else is measured. */
  static final class Program {
    private Program() {}

    /** Arguments: the library, the task, and the login. */
    public static void main(String[] arguments) throws IOException {
      List<String> list = List.of(arguments);
      Library library = Library.valueOf(list.get(0));
      Task task = Task.parse(list.get(1));
      try (Peer peer = library.connect(Login.parse(list.subList(2, list.size())), task.port())) {
        task.action().run(peer, task);
      }
      System.exit(0); // not every library's threads are daemons
    }
  }

  @Override
  public String title() {
    return library.title();
  }

  @Override
  public boolean enters(Action action) {
    return library.actions().contains(action) && action.copies();
  }

  @Override
  public int lanes() {
    return library.lanes();
  }

  @Override
  public boolean warmsUp() {
    return false;
  }

  @Override
  public Measurement measure(Task task) throws IOException {
    var arguments = new ArrayList<>(jvmOptions);
    arguments.addAll(List.of("-cp", library.classPath(), Program.class.getName(), library.name()));
    arguments.add(task.toLine());
    arguments.addAll(login.toArguments());
    return process
        .runAs(Path.of(System.getProperty("java.home"), "bin", PROGRAM), arguments)
        .whole(task.items());
  }

  @Override
  public void close() {}
}
