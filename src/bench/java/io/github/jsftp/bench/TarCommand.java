package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A tree as one stream: {@code tar} at both ends of {@code ssh}. No request waits for a reply, so
 * nothing over one connection is faster. It needs a shell on the server, and resumes nothing.
 */
final class TarCommand implements Entrant {
  static final String PROGRAM = "tar";

  private final Login login;
  private final WholeProcess process;

  TarCommand(Login login, Path folder) {
    this.login = login;
    process = new WholeProcess(PROGRAM, folder, login.near());
  }

  @Override
  public String title() {
    return "tar through ssh";
  }

  @Override
  public boolean enters(Action action) {
    return action.isTree();
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
    Path target = task.action() == Action.GET_TREE ? task.local() : Path.of(task.remote());
    Files.createDirectories(target);
    String ssh =
        WholeProcess.sshOptions(login).stream()
            .collect(Collectors.joining(" ", "ssh ", " -p " + task.port()));
    String server = ssh + " " + login.username() + "@" + login.host();
    String pack = "tar -C '%s' -cf - .";
    String unpack = "tar -C '%s' -xf -";
    String pipe =
        task.action() == Action.GET_TREE
            ? server + " \"" + pack.formatted(task.remote()) + "\" | " + unpack.formatted(target)
            : pack.formatted(task.local())
                + " | "
                + server
                + " \""
                + unpack.formatted(target)
                + '"';
    return process
        .runAs(Path.of("bash"), List.of("-c", "set -o pipefail; " + pipe))
        .whole(task.items());
  }

  @Override
  public void close() {}
}
