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

/** Tries one fault after another on several servers at once, until the time is over. */
final class Campaign {
  private final Copier.Library library;
  private final TestServer.Kind servers;
  private final Path local;
  private final Random random;
  private final Map<CopyKind, Map<Direction, FaultPositions>> places =
      new EnumMap<>(CopyKind.class);
  private final List<Fault> round = new ArrayList<>();
  private final VerdictCount verdictCount = new VerdictCount();
  private final AtomicInteger workers = new AtomicInteger();

  Campaign(Copier.Library library, TestServer.Kind servers, Path local, long seed) {
    this.library = library;
    this.servers = servers;
    this.local = local;
    random = new Random(seed);
  }

  /** Records the byte streams of undisturbed copies, then tries faults. */
  VerdictCount run(int threads, Duration time) throws Exception {
    try (var faultyServer = FaultyServer.start(servers)) {
      for (CopyKind copyKind : CopyKind.values()) {
        record(
            new CopyFixture(copyKind, newDir("record-" + copyKind), faultyServer.home()),
            faultyServer);
      }
    }
    long end = System.nanoTime() + time.toNanos();
    inParallel(
        threads,
        faultyServer -> {
          var fixtures = fixtures(faultyServer);
          do {
            attempt(next(), faultyServer, fixtures);
          } while (System.nanoTime() - end < 0);
        });
    return verdictCount;
  }

  /** Tries one fault a number of times. */
  VerdictCount repeat(Fault fault, int times) throws Exception {
    inParallel(
        1,
        faultyServer -> {
          var fixtures = fixtures(faultyServer);
          for (int i = 0; i < times; i++) {
            attempt(fault, faultyServer, fixtures);
          }
        });
    return verdictCount;
  }

  /** Returns for each copy and direction how many of its positions have had a fault. */
  String coverage() {
    var text = new StringBuilder();
    places.forEach(
        (copyKind, ways) ->
            ways.forEach(
                (direction, found) ->
                    text.append(
                        "%s %s: faults at %d of %d positions%n"
                            .formatted(copyKind, direction, found.taken(), found.size()))));
    return text.toString();
  }

  private interface Work {
    void at(FaultyServer faultyServer) throws Exception;
  }

  private void inParallel(int count, Work work) throws Exception {
    var threads = Executors.newFixedThreadPool(count);
    try {
      Callable<Void> worker =
          () -> {
            try (var faultyServer = FaultyServer.start(servers)) {
              work.at(faultyServer);
            }
            return null;
          };
      for (var result : threads.invokeAll(Collections.nCopies(count, worker))) {
        result.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private Map<CopyKind, CopyFixture> fixtures(FaultyServer faultyServer) throws IOException {
    Path dir = newDir("worker-" + workers.incrementAndGet());
    var fixtures = new EnumMap<CopyKind, CopyFixture>(CopyKind.class);
    for (CopyKind copyKind : CopyKind.values()) {
      fixtures.put(copyKind, new CopyFixture(copyKind, dir, faultyServer.home()));
    }
    return fixtures;
  }

  private Path newDir(String name) throws IOException {
    return Files.createDirectory(local.resolve(name));
  }

  private void attempt(Fault fault, FaultyServer faultyServer, Map<CopyKind, CopyFixture> fixtures)
      throws Exception {
    Verdict verdict = new Trial(library, faultyServer, fixtures.get(fault.copyKind()), fault).run();
    verdictCount.add(fault.mode() + " " + fault.kind(), verdict);
    if (verdict.end() == Verdict.End.LOST) {
      System.out.println("LOST: " + verdict);
    }
  }

  private void record(CopyFixture fixture, FaultyServer faultyServer) throws Exception {
    fixture.set(true);
    TestServer server = faultyServer.prepare(Fault.none(fixture.copyKind(), CopyMode.USUAL));
    try (var proxy = FaultProxy.to(server).record()) {
      var begin = new EnumMap<Direction, Long>(Direction.class);
      var setup =
          new Copier.Setup(
              server, proxy.port(), Trial.PATIENCE, CopyMode.USUAL, fixture.copyKind());
      try (var copier = library.connect(setup)) {
        for (Direction direction : Direction.values()) {
          begin.put(direction, proxy.bytes(direction));
        }
        copier.copy(fixture);
        var found = new EnumMap<Direction, FaultPositions>(Direction.class);
        for (Direction direction : Direction.values()) {
          long from = begin.get(direction);
          found.put(direction, new FaultPositions(proxy.chunkEnds(direction), from, random));
        }
        places.put(fixture.copyKind(), found);
      }
    }
    var complaints = fixture.complaints(true, AllowedPartFiles.NONE);
    if (!complaints.isEmpty()) {
      throw new AssertionError("without a fault: " + complaints);
    }
  }

  /**
   * Returns the next fault: each kind of fault for each kind of copy once, in random order, and
   * then again.
   */
  private synchronized Fault next() {
    if (round.isEmpty()) {
      for (CopyKind copyKind : CopyKind.values()) {
        for (FaultKind kind : FaultKind.values()) {
          if (kind.concerns(copyKind)) {
            round.add(choose(copyKind, kind));
          }
        }
      }
      Collections.shuffle(round, random);
    }
    return round.remove(round.size() - 1);
  }

  private Fault choose(CopyKind copyKind, FaultKind kind) {
    Direction direction = random.nextBoolean() ? Direction.UP : Direction.DOWN;
    long place =
        switch (kind) {
          case DISK_FULL -> random.nextInt(CopyFixture.LEAST_BIG);
          case FEW_CHANNELS -> 1 + random.nextInt(3);
          case DROP_CLOSE, DROP_RENAME, HOLD_CLOSE, HOLD_RENAME ->
              1 + random.nextInt(copyKind.hasManyFiles() ? 15 : 1);
          default -> places.get(copyKind).get(direction).next();
        };
    CopyMode mode = List.of(CopyMode.values()).get(random.nextInt(CopyMode.values().length));
    return new Fault(copyKind, mode, kind, direction, place, random.nextInt(1_000_000));
  }
}
