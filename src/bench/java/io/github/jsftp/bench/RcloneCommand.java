package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program {@code rclone} with its own SFTP client, eight files or streams at a time. */
final class RcloneCommand implements Entrant {
  static final String PROGRAM = "rclone";

  private final Login login;
  private final WholeProcess process;
  private final Path knownHosts;

  RcloneCommand(Login login, Path folder) {
    this.login = login;
    process = new WholeProcess(PROGRAM, folder, login.near());
    knownHosts = folder.resolve("rclone.known_hosts");
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
    String place = "[" + login.host() + "]:" + task.port(); // it has no aliases of host keys
    Files.writeString(
        knownHosts, Files.readString(login.knownHosts()).replaceFirst("^" + Login.ALIAS, place));
    String remote =
        ":sftp,host=%s,port=%d,user=%s,key_file=%s,known_hosts_file=%s,shell_type=none:%s"
            .formatted(
                login.host(),
                task.port(),
                login.username(),
                login.privateKey(),
                knownHosts,
                task.remote());
    String local = task.local().toString();
    boolean down = task.action().downloads();
    return process
        .runAs(
            Path.of(PROGRAM),
            List.of(
                "--config=",
                "--transfers=8",
                "--checkers=8",
                "--multi-thread-streams=8",
                "--multi-thread-cutoff=8M",
                task.action().isTree() ? "copy" : "copyto",
                down ? remote : local,
                down ? local : remote))
        .whole(task.items());
  }

  @Override
  public void close() {}
}
