package io.github.jsftp.faults;

import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Lets this library and JSch's {@code ChannelSftp} copy one file over another under the same
 * faults, and counts the outcomes. Both are given the fault at the same part of their
 * conversations.
 *
 * <pre>{@code
 * mvn -q -Pbench test-compile exec:exec -Dbench.main=io.github.jsftp.faults.Comparison \
 *   -Dbench.jvm=-Dsftp.server=openssh -Dbench="30 1"
 * }</pre>
 *
 * <p>Arguments: the faults of each kind for get and for put (30), the seed (1).
 */
public final class Comparison {
  private static final List<CopyKind> DEEDS = List.of(CopyKind.GET, CopyKind.PUT);
  private static final String LINE = "| %-16s | %5s | %5s | %5s | %5s | %6s | %5s |%n";

  /** How a copy can end. */
  private enum End {
    /** It returned, and the file is right. */
    RIGHT,
    /** It failed; the target is as it was, or already right. */
    KEPT,
    /** It returned, and the file is wrong. */
    WRONG,
    /** It failed; the old file is gone, and there is half a file in its place. */
    BROKEN,
    /** It did not return. */
    HANGS
  }

  private final Copier.Library library;
  private final FaultyServer faultyServer;
  private final Path local;
  private final CopyMode mode;
  private final Map<CopyKind, Map<Direction, Long>> lengths = new EnumMap<>(CopyKind.class);
  private final Map<CopyKind, CopyFixture> fixtures = new EnumMap<>(CopyKind.class);
  private final Map<FaultKind, Map<End, Integer>> counts = new EnumMap<>(FaultKind.class);

  private Comparison(Copier.Library library, CopyMode mode, FaultyServer faultyServer, Path local) {
    this.library = library;
    this.faultyServer = faultyServer;
    this.local = local;
    this.mode = mode;
  }

  /** Runs the comparison. */
  public static void main(String[] args) throws Exception {
    int number = args.length > 0 ? Integer.parseInt(args[0]) : 30;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    TestServer.Kind kind = TestServer.Kind.configured();
    var libraries = new LinkedHashMap<String, Copier.Library>();
    libraries.put("jsftp", JsftpCopier::connect);
    libraries.put("jsftp with reconnect(false)", JsftpCopier::connect);
    libraries.put("ChannelSftp", RawCopier::connect);
    Path top = Files.createTempDirectory("jsftp-comparison-");
    for (var library : libraries.entrySet()) {
      try (var faultyServer = FaultyServer.start(kind)) {
        var run =
            new Comparison(
                library.getValue(),
                library.getKey().equals("jsftp") ? CopyMode.USUAL : CopyMode.ONCE,
                faultyServer,
                Files.createDirectory(top.resolve(library.getKey())));
        run.run(number, new Random(seed));
        System.out.printf("%s, %s, seed %d:%n%s", library.getKey(), kind, seed, run.table());
      }
    }
    System.exit(0); // calls that hang would keep the program
  }

  private void run(int number, Random random) throws Exception {
    for (CopyKind copyKind : DEEDS) {
      fixtures.put(copyKind, new CopyFixture(copyKind, local, faultyServer.home()));
      measure(fixtures.get(copyKind));
    }
    for (FaultKind kind : FaultKind.values()) {
      for (CopyKind copyKind : DEEDS) {
        for (int i = 0; i < number && kind.concerns(copyKind); i++) {
          Fault fault = choose(copyKind, kind, random);
          counts
              .computeIfAbsent(kind, name -> new EnumMap<>(End.class))
              .merge(end(fault), 1, Integer::sum);
        }
      }
    }
  }

  private void measure(CopyFixture fixture) throws Exception {
    fixture.set(true);
    TestServer server = faultyServer.prepare(Fault.none(fixture.copyKind(), mode));
    try (var proxy = FaultProxy.to(server);
        var copier =
            library.connect(
                new Copier.Setup(server, proxy.port(), Trial.PATIENCE, mode, fixture.copyKind()))) {
      var begin = new EnumMap<Direction, Long>(Direction.class);
      for (Direction direction : Direction.values()) {
        begin.put(direction, proxy.bytes(direction));
      }
      copier.copy(fixture);
      begin.replaceAll((direction, bytes) -> proxy.bytes(direction) - bytes);
      lengths.put(fixture.copyKind(), begin);
    }
  }

  /** Takes the same random numbers for each library. */
  private Fault choose(CopyKind copyKind, FaultKind kind, Random random) {
    Direction direction = random.nextBoolean() ? Direction.UP : Direction.DOWN;
    double part = random.nextDouble();
    long place =
        switch (kind) {
          case DISK_FULL -> (long) (part * CopyFixture.LEAST_BIG);
          case FEW_CHANNELS -> 1 + (long) (part * 3);
          case DROP_CLOSE, DROP_RENAME, HOLD_CLOSE, HOLD_RENAME -> 1;
          default -> 1 + (long) (part * lengths.get(copyKind).get(direction));
        };
    return new Fault(copyKind, mode, kind, direction, place, 1 + 3 * random.nextInt(300_000));
  }

  private End end(Fault fault) throws Exception {
    CopyFixture fixture = fixtures.get(fault.copyKind());
    fixture.set(true);
    var trial = new Trial(library, faultyServer, fixture, fault);
    Throwable failure = trial.disturbed();
    if (trial.hangs()) {
      return End.HANGS;
    }
    boolean asItMay = fixture.complaints(failure == null, AllowedPartFiles.ANY).isEmpty();
    if (failure == null) {
      return asItMay ? End.RIGHT : End.WRONG;
    }
    return asItMay ? End.KEPT : End.BROKEN;
  }

  private String table() throws IOException {
    var text = new StringBuilder();
    text.append(LINE.formatted("Fault", "tried", "right", "kept", "wrong", "broken", "hangs"));
    text.append("|---|---|---|---|---|---|---|\n");
    var all = new EnumMap<End, Integer>(End.class);
    counts.forEach(
        (kind, ends) -> {
          text.append(line(kind.toString(), ends));
          ends.forEach((end, count) -> all.merge(end, count, Integer::sum));
        });
    return text.append(line("all", all)).toString();
  }

  private static String line(String name, Map<End, Integer> ends) {
    var cells = new ArrayList<Object>(List.of(name));
    cells.add(ends.values().stream().mapToInt(Integer::intValue).sum());
    for (End end : End.values()) {
      cells.add(ends.getOrDefault(end, 0));
    }
    return LINE.formatted(cells.toArray());
  }
}
