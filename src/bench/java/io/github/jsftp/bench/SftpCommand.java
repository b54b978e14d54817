package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenSSH's {@code sftp} in batch mode. Only the time of a whole process can be measured. A second
 * process that only connects gives the share of the connection.
 */
final class SftpCommand implements Entrant {
  static final String PROGRAM = "sftp";

  private final Login login;
  private final WholeProcess process;
  private final boolean cold;

  SftpCommand(Login login, Path folder, boolean cold) {
    this.login = login;
    this.cold = cold;
    process = new WholeProcess(PROGRAM, folder, login.near());
  }

  @Override
  public String title() {
    return "OpenSSH sftp";
  }

  @Override
  public boolean enters(Action action) {
    return (!cold || action.copies())
        && action != Action.MIRROR
        && action != Action.STAT; // it has neither
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
    if (cold || task.action().isWhole()) {
      return run(task.port(), commands(task)).whole(task.items());
    }
    var empty = run(task.port(), List.of("bye"));
    var ran = run(task.port(), commands(task));
    long items = task.items();
    if (task.action() == Action.LIST) {
      items = ran.output().stream().filter(line -> !line.startsWith("sftp> ")).count();
    }
    return ran.beside(empty, items);
  }

  private static List<String> commands(Task task) {
    if (task.action() != Action.REMOVE) {
      return List.of(command(task));
    }
    List<String> commands = new ArrayList<>();
    for (int i = 0; i < task.items(); i++) {
      commands.add("rm \"" + task.remote() + "/" + Sources.wideName(i) + '"');
    }
    return commands;
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
      case STAT, MIRROR, REMOVE -> throw new IllegalArgumentException(task.action().name());
    };
  }

  private WholeProcess.Ran run(int port, List<String> batch) throws IOException {
    var arguments = new ArrayList<>(List.of("-q", "-b", process.script().toString()));
    arguments.addAll(WholeProcess.sshOptions(login));
    arguments.addAll(List.of("-P", Integer.toString(port)));
    arguments.add(login.username() + "@" + login.host());
    return process.run(arguments, batch);
  }

  @Override
  public void close() {}
}
