package io.github.jsftp.internal.pipeline;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** OpenSSH's sftp-server as a child process: the protocol without SSH around it. */
final class ServerProcess implements Link.Source {
  private static final Path PROGRAM = Path.of("/usr/lib/openssh/sftp-server");

  final List<Process> processes = new CopyOnWriteArrayList<>();
  volatile int mostLinks = Integer.MAX_VALUE;

  static boolean isThere() {
    return Files.isExecutable(PROGRAM);
  }

  @Override
  public Link open(OutputStream replies) throws IOException {
    if (processes.stream().filter(Process::isAlive).count() >= mostLinks) {
      throw new Link.Refused("no more", new IOException("open failed"));
    }
    var process =
        new ProcessBuilder(PROGRAM.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(process);
    var thread = new Thread(() -> copy(process.getInputStream(), replies), "test-link");
    thread.setDaemon(true);
    thread.start();
    var requests = new BufferedOutputStream(process.getOutputStream(), 32 * 1024);
    return new Link() {
      @Override
      public OutputStream requests() {
        return requests;
      }

      @Override
      public void close() {
        process.destroyForcibly();
      }
    };
  }

  @Override
  public Throwable whyLost() {
    return null;
  }

  private static void copy(InputStream from, OutputStream to) {
    var bytes = new byte[32 * 1024];
    try (from;
        to) {
      for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
        to.write(bytes, 0, n);
      }
    } catch (IOException e) {
      // The stream ends when the process is killed.
    }
  }
}
