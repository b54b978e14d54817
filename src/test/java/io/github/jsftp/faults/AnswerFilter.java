package io.github.jsftp.faults;

import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.ServerChannel;
import io.github.jsftp.testing.SftpRequest;
import io.github.jsftp.testing.SftpType;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Runs OpenSSH's sftp-server on each channel, and withholds one of its replies. */
final class AnswerFilter implements HostileServer.Script {
  private static final String POSIX_RENAME = "posix-rename@openssh.com";

  private final List<String> command;
  private Fault fault;
  private Runnable cut;
  private long left;
  private boolean fired;

  AnswerFilter(Path home) {
    command = List.of(OpenSshServer.sftpServer().toString(), "-d", home.toString());
  }

  synchronized void plan(Fault planned, Runnable howToCut) {
    fault = planned;
    cut = howToCut;
    left = planned.place();
    fired = false;
  }

  synchronized void end() {
    fault = null;
  }

  synchronized boolean hasFired() {
    return fired;
  }

  @Override
  public void run(ServerChannel channel) throws IOException {
    Process server =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      var answers = new Answers(server, channel);
      var thread = new Thread(answers::forward, "filter-" + channel.number());
      thread.setDaemon(true);
      thread.start();
      var out = new DataOutputStream(server.getOutputStream());
      for (SftpRequest request = channel.read(); request != null; request = channel.read()) {
        if (isTime(request)) {
          answers.kept = request.id();
        }
        request.writeTo(out);
        out.flush();
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private synchronized boolean isTime(SftpRequest request) {
    if (fault == null) {
      return false;
    }
    SftpType type = request.type();
    boolean mine =
        switch (fault.kind()) {
          case DROP_CLOSE, HOLD_CLOSE -> type == SftpType.CLOSE;
          case DROP_RENAME, HOLD_RENAME ->
              type == SftpType.RENAME
                  || (type == SftpType.EXTENDED && request.rewound().string().equals(POSIX_RENAME));
          default -> false;
        };
    if (!mine || --left != 0) {
      return false;
    }
    fired = true;
    return true;
  }

  private synchronized void cutWhereToldTo() {
    if (fault != null
        && (fault.kind() == FaultKind.DROP_CLOSE || fault.kind() == FaultKind.DROP_RENAME)) {
      cut.run();
    }
  }

  /** The replies of a server on a channel. One is withheld, and so are all after it. */
  private final class Answers {
    private final DataInputStream in;
    private final ServerChannel channel;
    private volatile long kept = -1;

    Answers(Process server, ServerChannel channel) {
      in = new DataInputStream(server.getInputStream());
      this.channel = channel;
    }

    void forward() {
      try {
        while (true) {
          byte[] packet = new byte[in.readInt()];
          in.readFully(packet);
          if (packet[0] != SftpType.VERSION.code()
              && kept >= 0
              && ByteBuffer.wrap(packet).getInt(1) == (int) kept) {
            cutWhereToldTo();
            return;
          }
          channel.packet(packet[0] & 0xff, java.util.Arrays.copyOfRange(packet, 1, packet.length));
        }
      } catch (IOException e) {
        // One side has closed; the thread that reads the requests closes the other.
      }
    }
  }
}
