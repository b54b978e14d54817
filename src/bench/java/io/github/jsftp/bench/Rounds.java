package io.github.jsftp.bench;

import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Runs the entrants in turns, and checks their results. */
final class Rounds {
  private static final long WARM_UP_NANOS = 10_000_000_000L;

  private final DelayedNetwork network;
  private final Sources sources;
  private final Settings settings;
  private final Path target;
  private final Path mirrored;
  private final Set<Warm> warm = new HashSet<>();

  /** An entrant that has warmed up with an action. */
  private record Warm(Entrant entrant, Action action) {}

  Rounds(DelayedNetwork network, Sources sources, Settings settings, Path folder) {
    this.network = network;
    this.sources = sources;
    this.settings = settings;
    target = folder.resolve("target");
    mirrored = folder.resolve("mirrored");
  }

  /** Measures each entrant once in each round, one entrant after the other. */
  List<Series> run(Workload workload, List<? extends Entrant> all) throws IOException {
    Map<Entrant, Series> series = new LinkedHashMap<>();
    for (Entrant entrant : all) {
      if (entrant.enters(workload.action())) {
        long part =
            settings.cold() // the start of a process is not to be scaled
                ? workload.items()
                : workload.partFor(entrant, settings.budget().toMillis());
        series.put(entrant, new Series(entrant.title(), part, workload.items()));
      }
    }
    if (workload.action() == Action.MIRROR) {
      delete(mirrored);
      Sources.copy(workload.source(), mirrored);
    }
    series.forEach((entrant, its) -> warmUp(workload, entrant, its));
    for (int round = 1; round <= settings.rounds(); round++) {
      boolean thorough = round == 1;
      series.forEach((entrant, its) -> measure(workload, entrant, its, thorough));
    }
    delete(target);
    return new ArrayList<>(series.values());
  }

  private void warmUp(Workload workload, Entrant entrant, Series series) {
    if (!entrant.warmsUp() || !warm.add(new Warm(entrant, workload.action()))) {
      return;
    }
    try {
      Workload small = workload.small(sources);
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < WARM_UP_NANOS) {
        once(small, entrant, small.items(), false);
      }
    } catch (IOException e) {
      series.fail(String.valueOf(e.getMessage()));
    }
  }

  private void measure(Workload workload, Entrant entrant, Series series, boolean thorough) {
    if (series.failure() != null) {
      return;
    }
    try {
      series.add(once(workload, entrant, series.part(), thorough));
    } catch (IOException e) {
      series.fail(String.valueOf(e.getMessage()));
    }
  }

  private Measurement once(Workload workload, Entrant entrant, long items, boolean thorough)
      throws IOException {
    delete(target);
    Action action = workload.action();
    Path source =
        action.isTree() && items < workload.items()
            ? sources.part(workload.source(), items)
            : workload.source();
    Path remote = source;
    Path local = target;
    if (action == Action.MIRROR) {
      remote = mirrored;
      local = source;
    } else if (action == Action.REMOVE) {
      Sources.fill(target, items);
      remote = target;
    } else if (action.uploads()) {
      remote = target;
      local = source;
    }
    int port = network.port(workload.roundTrip());
    var done = entrant.measure(new Task(action, port, remote.toString(), local, items));
    if (done.items() != items) {
      throw new IOException("did " + done.items() + " of " + items);
    }
    if (action.uploads() || action.downloads()) {
      check(source, thorough);
    } else if (action == Action.REMOVE && Sources.Size.of(target).files() > 0) {
      throw new IOException("left " + Sources.Size.of(target) + " of " + items);
    }
    return done;
  }

  /** Compares names and sizes, and once for each entrant all bytes. */
  private void check(Path source, boolean thorough) throws IOException {
    var expected = Sources.Size.of(source);
    var actual = Sources.Size.of(target);
    if (!actual.equals(expected)) {
      throw new IOException("copied " + actual + " of " + expected);
    }
    if (thorough && Files.isDirectory(source)) {
      try {
        Trees.assertEqual(target, source);
      } catch (AssertionError e) {
        throw new IOException(e);
      }
    } else if (thorough && Files.mismatch(source, target) >= 0) {
      throw new IOException("copied other bytes");
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(each);
      }
    }
  }
}
