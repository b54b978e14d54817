package io.github.jsftp.faults;

import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** OpenSSH's sshd and sftp-server, and an sftp-server whose answers go through a filter. */
final class FaultyOpenSshServer implements FaultyServer {
  private static final int BLOCK = 512; // of ulimit -f

  private final Path folder = Files.createTempDirectory("jsftp-faults-").toRealPath();
  private final Path limit = Files.writeString(folder.resolve("limit"), "unlimited");
  private final AnswerFilter filter = new AnswerFilter(folder);
  private final OpenSshServer server;
  private final Map<Long, OpenSshServer> few = new HashMap<>();
  private final HostileServer filtered;

  FaultyOpenSshServer() throws IOException {
    Path script = folder.resolve("sftp.sh");
    // With the signal ignored, a write beyond the limit fails as one to a full disk does.
    Files.writeString(
        script,
        """
        trap '' XFSZ
        ulimit -f $(cat %s)
        exec %s
        """
            .formatted(limit, OpenSshServer.sftpServer()));
    server = OpenSshServer.start("Subsystem sftp /bin/sh " + script);
    filtered = HostileServer.start(number -> filter);
  }

  @Override
  public Path home() {
    return server.home();
  }

  @Override
  public TestServer prepare(Fault fault) throws IOException {
    if (fault.kind().swallows()) {
      filter.plan(fault, filtered.server()::disconnectAll);
      return filtered.server();
    }
    if (fault.kind() == FaultKind.DISK_FULL) {
      Files.writeString(limit, Long.toString(fault.place() / BLOCK));
    }
    if (fault.kind() == FaultKind.FEW_CHANNELS) {
      OpenSshServer small = few.get(fault.place());
      if (small == null) {
        small = OpenSshServer.start("MaxSessions " + fault.place());
        few.put(fault.place(), small);
      }
      return small;
    }
    return server;
  }

  @Override
  public void killChannel(int which) {
    var programs = server.programs("sftp-server");
    if (!programs.isEmpty()) {
      programs.get(which % programs.size()).destroyForcibly();
    }
  }

  @Override
  public boolean hasFired() {
    return filter.hasFired();
  }

  @Override
  public void heal() throws IOException {
    filter.end();
    Files.writeString(limit, "unlimited");
  }

  @Override
  public void close() {
    filter.end();
    filtered.close();
    few.values().forEach(OpenSshServer::close);
    server.close();
  }
}
