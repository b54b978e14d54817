package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.internal.transfer.tree.MoveProgram.Moment;
import io.github.jsftp.internal.transfer.tree.MoveProgram.Move;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultPlaces;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After a move was killed, each file is at the source or complete at the target, or both. */
@OnEachServer
@Tag("faults")
@Timeout(3600)
class KilledMoveTest {
  private static final Map<String, byte[]> FILES = new TreeMap<>();

  static {
    FILES.put("a", Trees.bytes(1, 10));
    FILES.put("big", Trees.bytes(2, 150_000));
    FILES.put("d/b", Trees.bytes(3, 1000));
    FILES.put("d/e/c", new byte[0]);
  }

  @TempDir Path temporary;
  private final List<Moment> moments = new ArrayList<>();
  private int killed;

  @ParameterizedTest
  @EnumSource(names = {"GET", "PUT_ALL"})
  @Tag("long-on-mina")
  void losesNothingAtSomeSteps(Move move, TestServer server, ServerFolder remote) throws Exception {
    killAtSteps(move, server, remote);
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "GET_ALL", "COPY_TO"})
  @Tag("long")
  void losesNothingAtStepsOfOtherMoves(Move move, TestServer server, ServerFolder remote)
      throws Exception {
    killAtSteps(move, server, remote);
  }

  private void killAtSteps(Move move, TestServer server, ServerFolder remote) throws Exception {
    findMoments(move, server, remote);
    int kills = FaultPlaces.areManyTried() && move.isTree() ? 3 : 2;
    int step = FaultPlaces.areAllTried() ? 1 : moments.size() / kills + 1;
    for (int i = step / 2; i < moments.size(); i += step) {
      killAndMoveAgain(move, moments.get(i), server, remote);
    }
    assertThat(killed).isPositive();
    prepare(move, remote); // removes the temporary files of the killed programs
  }

  /** Finds the ends of all packets and all callbacks of an undisturbed move. */
  private void findMoments(Move move, TestServer server, ServerFolder remote) throws IOException {
    Path[] places = prepare(move, remote);
    var callbacks = new AtomicInteger();
    try (var proxy = FaultProxy.to(server);
        var sftp = Connection.connect(Connections.options(server, proxy.port()).build())) {
      var begin = new TreeMap<Direction, Long>();
      for (Direction direction : Direction.values()) {
        begin.put(direction, proxy.bytes(direction));
      }
      proxy.record();
      move.run(sftp, local(), remote.path("tree"), callbacks::incrementAndGet);
      for (Direction direction : Direction.values()) {
        long before = begin.get(direction);
        var ends = new TreeSet<Long>();
        proxy.chunkEnds(direction).forEach(end -> ends.add(end - before));
        ends.removeIf(end -> end <= 0);
        ends.forEach(end -> moments.add(Moment.after(direction, end)));
      }
    }
    for (int i = 1; i <= callbacks.get(); i++) {
      moments.add(Moment.atCallback(i));
    }
    assertMoved(move, places[0], places[1]);
  }

  private void killAndMoveAgain(Move move, Moment moment, TestServer server, ServerFolder remote)
      throws Exception {
    Path[] places = prepare(move, remote);
    int status = MoveProgram.run(server, move, local(), remote.path("tree"), moment);
    assertThat(status).as("%s killed at %s", move, moment).isIn(0, MoveProgram.KILLED);
    killed += status == MoveProgram.KILLED ? 1 : 0;
    Eventually.until("the session has ended", () -> server.openSessions() == 0);
    Path source = places[0];
    Path target = places[1];
    for (var file : FILES.entrySet()) {
      Path from = source.resolve(file.getKey());
      Path to = target(move, target, file.getKey());
      Path done = Path.of(to + ".ok");
      if (Files.exists(from)) {
        assertThat(from).as("%s killed at %s", move, moment).hasBinaryContent(file.getValue());
      } else {
        assertThat(to).as("%s killed at %s", move, moment).hasBinaryContent(file.getValue());
        assertThat(done).exists();
      }
      if (Files.exists(to)) {
        assertThat(to).as("%s killed at %s", move, moment).hasBinaryContent(file.getValue());
      } else {
        assertThat(done).doesNotExist();
      }
    }
    try (var sftp = Connection.connect(Connections.options(server).build())) {
      move.run(sftp, local(), remote.path("tree"), () -> {});
    }
    assertMoved(move, source, target);
  }

  private static void assertMoved(Move move, Path source, Path target) throws IOException {
    if (move.isTree()) {
      assertThat(source).isEmptyDirectory();
    }
    for (var file : FILES.entrySet()) {
      assertThat(source.resolve(file.getKey())).doesNotExist();
      Path to = target(move, target, file.getKey());
      Trees.assertSameBytes(to, file.getValue());
      assertThat(Path.of(to + ".ok")).exists();
    }
  }

  private static Path target(Move move, Path dir, String file) {
    return dir.resolve(move.isTree() ? Path.of(file) : Path.of(file).getFileName());
  }

  private Path local() {
    return temporary.resolve("tree");
  }

  /** Returns a new source with files and an empty target. */
  private Path[] prepare(Move move, ServerFolder remote) throws IOException {
    Path there = remote.local("tree");
    Path source = move == Move.PUT || move == Move.PUT_ALL ? local() : there;
    Path target =
        switch (move) {
          case GET, GET_ALL -> local();
          case PUT, PUT_ALL -> there;
          case COPY_TO -> remote.local("tree" + MoveProgram.BESIDE);
        };
    clear(source);
    clear(target);
    for (var file : FILES.entrySet()) {
      Path path = source.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    Files.createDirectories(target);
    return new Path[] {source, target};
  }

  private static void clear(Path dir) throws IOException {
    if (Files.exists(dir)) {
      List<Path> all;
      try (var paths = Files.walk(dir)) {
        all = new ArrayList<>(paths.toList());
      }
      for (int i = all.size() - 1; i >= 0; i--) {
        Files.delete(all.get(i));
      }
    }
  }
}
