package io.github.jsftp.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds sessions, threads and part files that a test has left behind. */
final class Leaks {
  /** How long a server may take to close sessions, on a busy machine. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * Shorter than the keep-alive of idle threads, so that threads that were not shut down are found.
   */
  private static final Duration THREADS = Duration.ofSeconds(8);

  /** Threads that have already failed a test, and must not fail the next one. */
  private static final Set<Thread> REPORTED =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private Leaks() {}

  /** Waits until nothing is left, up to the limit; returns a description of each leak. */
  static List<String> find(TestServer server, ServerFolder folder, Duration limit)
      throws IOException {
    var complaints = new ArrayList<String>();
    if (!Eventually.holds(limit, () -> server.leftovers().isEmpty())) {
      complaints.add("still open on the server: " + server.leftovers());
      server.disconnectAll();
    }
    Duration less = limit.compareTo(THREADS) < 0 ? limit : THREADS;
    if (!Eventually.holds(less, () -> ownThreads().isEmpty())) {
      for (Thread thread : ownThreads()) {
        complaints.add("thread still alive: " + describe(thread));
        REPORTED.add(thread);
      }
    }
    if (folder != null && !folder.partFiles().isEmpty()) {
      complaints.add("temporary files left on the server: " + folder.partFiles());
    }
    return complaints;
  }

  private static List<Thread> ownThreads() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    var threads = new Thread[2 * root.activeCount() + 100];
    return Stream.of(threads)
        .limit(root.enumerate(threads))
        .filter(thread -> thread.getName().startsWith("jsftp") && !REPORTED.contains(thread))
        .toList();
  }

  private static String describe(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .map(frame -> "\n    at " + frame)
        .collect(Collectors.joining("", thread.toString(), ""));
  }
}
