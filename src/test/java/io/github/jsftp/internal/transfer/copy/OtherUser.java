package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.testing.Eventually;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process of the user jtreader that tries to open a file and all temporary files in a directory.
 * A user who can open a file while it is empty can later read what is written to it.
 */
final class OtherUser implements AutoCloseable {
  private static final String PROBE_SCRIPT =
      "cd \"$1\"; while read -r line; do seen=; for f in \"$2\" .*.part; do"
          + " test -r \"$f\" && seen=\"$seen may open $f\";"
          + " test -r \"$f\" && test -s \"$f\" && seen=\"$seen, read it\";"
          + " done; echo \"$seen\"; done";

  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;
  private final Set<String> openedFiles = new TreeSet<>();
  private final AtomicInteger probes = new AtomicInteger();
  private boolean stopped;

  /** Starts the process for a file that it must not be able to read. */
  OtherUser(Path directory, String name) throws IOException {
    var command =
        List.of(
            "setpriv",
            "--reuid=jtreader",
            "--regid=jtwide",
            "--clear-groups",
            "sh",
            "-c",
            PROBE_SCRIPT,
            "sh",
            directory.toString(),
            name);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    commands = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Tries to open the files once. */
  synchronized void probe() {
    if (stopped) {
      return;
    }
    try {
      commands.write("probe\n");
      commands.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException("the process has ended");
      }
      if (!answer.isEmpty()) {
        openedFiles.add(answer);
      }
      probes.incrementAndGet();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Probes repeatedly until {@link #stop}. */
  void probeUntilClosed() {
    while (!hasStopped()) {
      probe();
    }
  }

  /** Waits until a probe that starts from now on is complete. */
  void awaitProbe() {
    int before = probes.get();
    Eventually.until("jtreader has probed", () -> probes.get() >= before + 2);
  }

  /** Returns descriptions of the files that could be opened or read. */
  synchronized List<String> openedFiles() {
    return List.copyOf(openedFiles);
  }

  private synchronized boolean hasStopped() {
    return stopped;
  }

  /** Stops probing. */
  synchronized void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    stop();
    process.destroyForcibly();
  }
}
