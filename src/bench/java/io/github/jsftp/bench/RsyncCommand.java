package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The program {@code rsync} over {@code ssh}. It needs {@code rsync} on the server, too. */
final class RsyncCommand implements Entrant {
  static final String PROGRAM = "rsync";

  private final Login login;
  private final WholeProcess process;

  RsyncCommand(Login login, Path folder) {
    this.login = login;
    process = new WholeProcess(PROGRAM, folder, login.near());
  }

  @Override
  public String title() {
    return PROGRAM;
  }

  @Override
  public boolean enters(Action action) {
    return action.downloads() || action.uploads();
  }

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
    String slash = task.action().isTree() ? "/" : "";
    String remote = login.username() + "@" + login.host() + ":" + task.remote() + slash;
    String local = task.local() + slash;
    var arguments = new ArrayList<>(List.of("-r", "--whole-file", "-e"));
    arguments.add(
        WholeProcess.sshOptions(login).stream()
            .collect(Collectors.joining(" ", "ssh ", " -p " + task.port())));
    arguments.addAll(task.action().downloads() ? List.of(remote, local) : List.of(local, remote));
    return process.runAs(Path.of(PROGRAM), arguments).whole(task.items());
  }

  @Override
  public void close() {}
}
