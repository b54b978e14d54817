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
 * A process of the user jtreader that tries to open files of a directory, and all temporary files
 * in it. Whoever can open a file while it is empty reads later what is written to it.
 */
final class Onlooker implements AutoCloseable {
  private static final String LOOK =
      "cd \"$1\"; while read -r line; do seen=; for f in \"$2\" .*.part; do"
          + " test -r \"$f\" && seen=\"$seen may open $f\";"
          + " test -r \"$f\" && test -s \"$f\" && seen=\"$seen, read it\";"
          + " done; echo \"$seen\"; done";

  private final Process process;
  private final BufferedWriter asking;
  private final BufferedReader answers;
  private final Set<String> seen = new TreeSet<>();
  private final AtomicInteger looks = new AtomicInteger();
  private boolean ended;

  /** Starts it with the name of a file that it may not read. */
  Onlooker(Path directory, String name) throws IOException {
    var command =
        List.of(
            "setpriv",
            "--reuid=jtreader",
            "--regid=jtwide",
            "--clear-groups",
            "sh",
            "-c",
            LOOK,
            "sh",
            directory.toString(),
            name);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    asking = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Looks once. */
  synchronized void look() {
    if (ended) {
      return;
    }
    try {
      asking.write("look\n");
      asking.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException("the onlooker has gone");
      }
      if (!answer.isEmpty()) {
        seen.add(answer);
      }
      looks.incrementAndGet();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks again and again, until the end. */
  void lookOn() {
    while (!hasEnded()) {
      look();
    }
  }

  /** Waits until a look that has begun from now on is over. */
  void awaitLooks() {
    int before = looks.get();
    Eventually.until("jtreader has looked", () -> looks.get() >= before + 2);
  }

  /** Returns what could be opened, or even read. */
  synchronized List<String> seen() {
    return List.copyOf(seen);
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  /** Looks no more. */
  synchronized void end() {
    ended = true;
  }

  @Override
  public void close() {
    end();
    process.destroyForcibly();
  }
}
