package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs that users would take instead, as they would call them from a script.
 *
 * <ul>
 *   <li>{@code tar} at both ends of {@code ssh}, for trees: no request waits for a reply, so
 *       nothing over one connection is faster. It needs a shell on the server, and resumes nothing.
 *   <li>{@code rsync} over {@code ssh}. It needs {@code rsync} on the server.
 *   <li>{@code rclone} with its own SFTP client, eight files or streams at a time.
 * </ul>
 */
final class OtherPrograms {
  private static final String TAR = "tar";
  private static final String RSYNC = "rsync";
  private static final String RCLONE = "rclone";

  private final Login login;
  private final Path folder;

  private OtherPrograms(Login login, Path folder) {
    this.login = login;
    this.folder = folder;
  }

  /** Returns those that this machine has. */
  static List<Entrant> installed(Login login, Path folder) {
    var programs = new OtherPrograms(login, folder);
    var installed = new ArrayList<Entrant>();
    if (WholeProcess.canRun(TAR)) {
      installed.add(new ProgramEntrant("tar through ssh", Action::isTree, programs::tar));
    }
    if (WholeProcess.canRun(RSYNC)) {
      installed.add(new ProgramEntrant(RSYNC, Action::copies, programs::rsync));
    }
    if (WholeProcess.canRun(RCLONE)) {
      installed.add(new ProgramEntrant(RCLONE, Action::copies, programs::rclone));
    }
    return installed;
  }

  private Measurement tar(Task task) throws IOException {
    boolean down = task.action().downloads();
    String source = down ? task.remote() : task.local().toString();
    Path target = down ? task.local() : Path.of(task.remote());
    Files.createDirectories(target);
    String pack = "tar -C '" + source + "' -cf - .";
    String unpack = "tar -C '" + target + "' -xf -";
    String server = ssh(task) + " " + account() + " ";
    String pipe =
        down ? server + '"' + pack + "\" | " + unpack : pack + " | " + server + '"' + unpack + '"';
    return run(TAR, "bash", List.of("-c", "set -o pipefail; " + pipe), task);
  }

  private Measurement rsync(Task task) throws IOException {
    String slash = task.action().isTree() ? "/" : "";
    String remote = account() + ":" + task.remote() + slash;
    String local = task.local() + slash;
    boolean down = task.action().downloads();
    return run(
        RSYNC,
        RSYNC,
        List.of(
            "-r", "--whole-file", "-e", ssh(task), down ? remote : local, down ? local : remote),
        task);
  }

  private Measurement rclone(Task task) throws IOException {
    Path knownHosts = folder.resolve("rclone.known_hosts");
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
    return run(
        RCLONE,
        RCLONE,
        List.of(
            "--config=",
            "--transfers=8",
            "--checkers=8",
            "--multi-thread-streams=8",
            "--multi-thread-cutoff=8M",
            task.action().isTree() ? "copy" : "copyto",
            down ? remote : local,
            down ? local : remote),
        task);
  }

  private Measurement run(String name, String executable, List<String> arguments, Task task)
      throws IOException {
    return new WholeProcess(name, folder, login.near())
        .runAs(Path.of(executable), arguments)
        .whole(task.items());
  }

  private String account() {
    return login.username() + "@" + login.host();
  }

  private String ssh(Task task) {
    return "ssh " + String.join(" ", WholeProcess.sshOptions(login)) + " -p " + task.port();
  }
}
