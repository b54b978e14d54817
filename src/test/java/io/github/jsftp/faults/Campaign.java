package io.github.jsftp.faults;

import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Tries one fault after the other until the time is over, on several sites at once. */
final class Campaign {
  private final Copier.Library library;
  private final TestServer.Kind servers;
  private final Path local;
  private final Random random;
  private final Map<Deed, Map<Direction, Places>> places = new EnumMap<>(Deed.class);
  private final List<Fault> round = new ArrayList<>();
  private final VerdictCount verdictCount = new VerdictCount();
  private final AtomicInteger workers = new AtomicInteger();

  Campaign(Copier.Library library, TestServer.Kind servers, Path local, long seed) {
    this.library = library;
    this.servers = servers;
    this.local = local;
    random = new Random(seed);
  }

  /** Records what the deeds say undisturbed, then tries faults. */
  VerdictCount run(int sites, Duration time) throws Exception {
    try (var site = Site.start(servers)) {
      for (Deed deed : Deed.values()) {
        record(new Scene(deed, newDir("record-" + deed), site.home()), site);
      }
    }
    long end = System.nanoTime() + time.toNanos();
    inParallel(
        sites,
        site -> {
          var scenes = scenes(site);
          do {
            attempt(next(), site, scenes);
          } while (System.nanoTime() - end < 0);
        });
    return verdictCount;
  }

  /** Tries one fault, so many times. */
  VerdictCount repeat(Fault fault, int times) throws Exception {
    inParallel(
        1,
        site -> {
          var scenes = scenes(site);
          for (int i = 0; i < times; i++) {
            attempt(fault, site, scenes);
          }
        });
    return verdictCount;
  }

  /** Returns how many places of the conversations have had a fault, of how many. */
  String coverage() {
    var text = new StringBuilder();
    places.forEach(
        (deed, ways) ->
            ways.forEach(
                (direction, found) ->
                    text.append(
                        "%s %s: faults at %d of %d places%n"
                            .formatted(deed, direction, found.taken(), found.size()))));
    return text.toString();
  }

  private interface Work {
    void at(Site site) throws Exception;
  }

  private void inParallel(int sites, Work work) throws Exception {
    var threads = Executors.newFixedThreadPool(sites);
    try {
      Callable<Void> worker =
          () -> {
            try (var site = Site.start(servers)) {
              work.at(site);
            }
            return null;
          };
      for (var result : threads.invokeAll(Collections.nCopies(sites, worker))) {
        result.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private Map<Deed, Scene> scenes(Site site) throws IOException {
    Path dir = newDir("worker-" + workers.incrementAndGet());
    var scenes = new EnumMap<Deed, Scene>(Deed.class);
    for (Deed deed : Deed.values()) {
      scenes.put(deed, new Scene(deed, dir, site.home()));
    }
    return scenes;
  }

  private Path newDir(String name) throws IOException {
    return Files.createDirectory(local.resolve(name));
  }

  private void attempt(Fault fault, Site site, Map<Deed, Scene> scenes) throws Exception {
    Verdict verdict = new Trial(library, site, scenes.get(fault.deed()), fault).run();
    verdictCount.add(fault.mode() + " " + fault.kind(), verdict);
    if (verdict.end() == Verdict.End.LOST) {
      System.out.println("LOST: " + verdict);
    }
  }

  private void record(Scene scene, Site site) throws Exception {
    scene.set(true);
    TestServer server = site.prepare(Fault.none(scene.deed(), Mode.USUAL));
    try (var proxy = FaultProxy.to(server).record()) {
      var begin = new EnumMap<Direction, Long>(Direction.class);
      try (var copier =
          library.connect(new Copier.Setup(server, proxy.port(), Trial.PATIENCE, Mode.USUAL))) {
        for (Direction direction : Direction.values()) {
          begin.put(direction, proxy.bytes(direction));
        }
        copier.copy(scene);
        var found = new EnumMap<Direction, Places>(Direction.class);
        for (Direction direction : Direction.values()) {
          long from = begin.get(direction);
          found.put(direction, new Places(proxy.chunkEnds(direction), from, random));
        }
        places.put(scene.deed(), found);
      }
    }
    var complaints = scene.complaints(true, Parts.NONE);
    if (!complaints.isEmpty()) {
      throw new AssertionError("without a fault: " + complaints);
    }
  }

  /** Returns the next fault: each kind for each deed once, in random order, and all over again. */
  private synchronized Fault next() {
    if (round.isEmpty()) {
      for (Deed deed : Deed.values()) {
        for (Kind kind : Kind.values()) {
          if (kind.concerns(deed)) {
            round.add(choose(deed, kind));
          }
        }
      }
      Collections.shuffle(round, random);
    }
    return round.remove(round.size() - 1);
  }

  private Fault choose(Deed deed, Kind kind) {
    Direction direction = random.nextBoolean() ? Direction.UP : Direction.DOWN;
    long place =
        switch (kind) {
          case DISK_FULL -> random.nextInt(Scene.LEAST_BIG);
          case FEW_CHANNELS -> 1 + random.nextInt(3);
          case DROP_CLOSE, DROP_RENAME, HOLD_CLOSE, HOLD_RENAME ->
              1 + random.nextInt(deed.isTree() ? 15 : 1);
          default -> places.get(deed).get(direction).next();
        };
    Mode mode = List.of(Mode.values()).get(random.nextInt(Mode.values().length));
    return new Fault(deed, mode, kind, direction, place, random.nextInt(1_000_000));
  }
}
