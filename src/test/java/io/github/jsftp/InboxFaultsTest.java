package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.InboxProgram.Job;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultPlaces;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each file is handled once, whatever happens outside its handler. */
@OnEachServer
@Tag("faults")
@Timeout(900)
class InboxFaultsTest {
  private static final int FILES = FaultPlaces.areManyTried() ? 200 : 60;

  @TempDir Path local;
  private int trials;

  @Test
  @Tag("long-on-mina")
  void goesOnAfterTheConnectionIsCutAtSomePackets(TestServer server, ServerFolder remote)
      throws Exception {
    cutAtPackets(Job.ARCHIVE_WITH_DONE_FILE, FaultPlaces.areManyTried() ? 4 : 8, server, remote);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("long")
  void goesOnAfterTheConnectionIsCutAtAnyPacket(Job job, TestServer server, ServerFolder remote)
      throws Exception {
    cutAtPackets(job, FaultPlaces.areAllTried() ? 1 : 5, server, remote);
  }

  @ParameterizedTest
  @CsvSource({"ARCHIVE_WITH_DONE_FILE, 1", "FAIL, 3", "DELETE, 5", "REMEMBER, 5", "ELSEWHERE, 3"})
  @Tag("long")
  void goesOnAfterTheProgramIsKilledAtAnyPacket(
      Job job, int step, TestServer server, ServerFolder remote) throws Exception {
    Files.createFile(local.resolve("go"));
    int killed = 0;
    try (var sftp = Connections.connect(server, remote)) {
      for (Direction direction : Direction.values()) {
        List<Long> places = places(job, direction, server, remote);
        int stride = FaultPlaces.areAllTried() ? step : 6 * step;
        for (int i = 0; i < places.size(); i += stride) {
          long place = places.get(i);
          Path dir = prepare(remote);
          List<String> arguments = InboxProgram.arguments(server, remote.path(), dir, job);
          int status = InboxProgram.exitStatus(InboxProgram.start(arguments, direction, place));
          String where = job + " killed after " + place + " bytes " + direction;
          assertThat(status).as(() -> where + output(dir)).isIn(0, InboxProgram.KILLED);
          killed += status == InboxProgram.KILLED ? 1 : 0;
          Eventually.until("the session has ended", () -> server.openSessions() <= 1);
          assertOnce(where, job, sftp, dir, remote);
        }
      }
    }
    assertThat(killed).isPositive();
  }

  @Test
  @Tag("long-on-mina")
  void handsAFileAgainOnlyIfTheProgramIsKilledInTheHandler(TestServer server, ServerFolder remote)
      throws Exception {
    Files.createFile(local.resolve("go"));
    Path dir = prepare(remote);
    List<String> arguments = InboxProgram.arguments(server, remote.path(), dir, Job.ARCHIVE);
    Process program = InboxProgram.start(arguments, Direction.UP, 0, "-Dhalt=true");
    assertThat(InboxProgram.exitStatus(program))
        .as(() -> output(dir))
        .isEqualTo(InboxProgram.KILLED);

    try (var sftp = Connections.connect(server, remote)) {
      InboxReport report = Job.ARCHIVE.inbox(sftp, dir).poll();

      assertThat(report.repeated()).containsExactly(remote.path("outbox/a.csv"));
      assertThat(dir.resolve("handled")).hasContent("a.csv=content\na.csv=content\n");
      assertThat(files(remote.local("outbox"))).containsExactlyInAnyOrder("a.csv.ok", "done/a.csv");
      try (var entries = Files.list(dir)) {
        assertThat(entries).noneMatch(Files::isDirectory);
      }
    }
  }

  private void cutAtPackets(Job job, int step, TestServer server, ServerFolder remote)
      throws Exception {
    int ended = 0;
    for (Direction direction : Direction.values()) {
      List<Long> places = places(job, direction, server, remote);
      for (int i = 0; i < places.size(); i += step) {
        String where = job + " cut after " + places.get(i) + " bytes " + direction;
        Path dir = prepare(remote);
        if (cut(job, direction, places.get(i), dir, server, remote)) {
          ended++;
        }
        server.awaitIdle(); // it may still process requests of the connection that was cut
        try (var sftp = Connections.connect(server, remote)) {
          assertOnce(where, job, sftp, dir, remote);
        }
      }
    }
    assertThat(ended).isPositive();
  }

  private static boolean cut(
      Job job, Direction direction, long place, Path dir, TestServer server, ServerFolder remote)
      throws IOException {
    try (var proxy = FaultProxy.to(server);
        var sftp =
            Connection.connect(
                Connections.options(server, proxy.port())
                    .reconnect(false)
                    .defaultPath(remote.path())
                    .build())) {
      proxy.cutAfter(direction, place, Cut.RST);
      Throwable failure = catchThrowable(() -> job.inbox(sftp, dir).poll());
      assertThat(failure)
          .satisfiesAnyOf(
              f -> assertThat(f).isNull(),
              f -> assertThat(f).isInstanceOf(ConnectionException.class));
      return failure != null;
    }
  }

  /** Positions just before the ends of all packets of an undisturbed poll. */
  private List<Long> places(Job job, Direction direction, TestServer server, ServerFolder remote)
      throws IOException {
    Path dir = prepare(remote);
    try (var proxy = FaultProxy.to(server);
        var sftp =
            Connection.connect(
                Connections.options(server, proxy.port()).defaultPath(remote.path()).build())) {
      long before = proxy.bytes(direction);
      proxy.record();
      job.inbox(sftp, dir).poll();
      Optional<Path> elsewhere = job.elsewhere(dir);
      if (elsewhere.isPresent()) {
        delete(elsewhere.get());
      }
      var places = new TreeSet<Long>();
      proxy.chunkEnds(direction).forEach(end -> places.add(end - before - 1));
      places.removeIf(place -> place <= 0);
      return List.copyOf(places);
    }
  }

  /** Puts a new file into an empty folder; returns a new directory for an inbox. */
  private Path prepare(ServerFolder remote) throws IOException {
    Path outbox = remote.local("outbox");
    if (Files.exists(outbox)) {
      delete(outbox);
    }
    Files.createDirectory(outbox);
    Files.writeString(outbox.resolve("a.csv"), "content");
    Files.createFile(outbox.resolve("a.csv.ok"));
    return Files.createDirectory(local.resolve("trial-" + trials++));
  }

  private static void assertOnce(
      String where, Job job, Connection sftp, Path dir, ServerFolder remote) throws IOException {
    var inbox = job.inbox(sftp, dir);
    InboxReport next = inbox.poll();
    InboxReport last = inbox.poll();

    assertThat(dir.resolve("handled")).as(where).content().isEqualTo("a.csv=content\n");
    var left = new ArrayList<>(job.left());
    if (!left.contains("done/a.csv.ok")) {
      left.add(0, "a.csv.ok");
    }
    assertThat(files(remote.local("outbox"))).as(where).containsExactlyInAnyOrderElementsOf(left);
    Optional<Path> elsewhere = job.elsewhere(dir);
    if (elsewhere.isPresent()) {
      assertThat(files(elsewhere.get()))
          .as(where)
          .filteredOn(f -> !f.startsWith("."))
          .containsExactly("a.csv");
      delete(elsewhere.get());
    }
    if (elsewhere.isEmpty()) {
      assertThat(next.warnings()).as(where).isEmpty();
    }
    assertThat(next.repeated()).as(where).isEmpty();
    assertThat(last).as(where).hasToString("0 handled, 0 failed, 0 waiting");
    assertThat(last.outcomes()).as(where).isEmpty();
    try (var entries = Files.list(dir)) {
      assertThat(entries).as(where).noneMatch(Files::isDirectory);
    }
  }

  private static void delete(Path dir) throws IOException {
    try (var files = Files.walk(dir)) {
      files.sorted(Collections.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  private static List<String> files(Path dir) throws IOException {
    try (var files = Files.walk(dir)) {
      return files.filter(Files::isRegularFile).map(f -> dir.relativize(f).toString()).toList();
    }
  }

  private static String output(Path dir) {
    try {
      return "\n" + Files.readString(dir.resolve("output"));
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void handlesEachFileOnceIfTwoInboxesPollOneFolder(TestServer server, ServerFolder remote)
      throws Exception {
    createFiles(remote);
    var barrier = new CyclicBarrier(2);
    List<Future<InboxReport>> polls = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (String name : List.of("one", "two")) {
        Path dir = Files.createDirectory(local.resolve(name));
        polls.add(
            threads.submit(
                () -> {
                  try (var sftp = Connections.connect(server, remote)) {
                    barrier.await();
                    return Job.ARCHIVE_WITH_DONE_FILE.inbox(sftp, dir).poll();
                  }
                }));
      }
      for (Future<InboxReport> poll : polls) {
        assertThat(poll.get().failures()).isEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEachOnce(remote);
  }

  @Test
  @Tag("long")
  void handlesEachFileOnceIfTwoProgramsPollOneFolder(TestServer server, ServerFolder remote)
      throws Exception {
    createFiles(remote);
    List<Process> programs = new ArrayList<>();
    try {
      for (String name : List.of("one", "two")) {
        Path dir = Files.createDirectory(local.resolve(name));
        programs.add(
            InboxProgram.start(
                InboxProgram.arguments(server, remote.path(), dir, Job.ARCHIVE_WITH_DONE_FILE),
                Direction.UP,
                0));
      }
      for (int i = 0; i < 2; i++) {
        Path ready = local.resolve(List.of("one", "two").get(i)).resolve("ready");
        Process program = programs.get(i);
        Eventually.until(
            () -> "a program is connected" + output(ready.getParent()),
            Duration.ofSeconds(60),
            () -> Files.exists(ready) || !program.isAlive());
      }
      Files.createFile(local.resolve("go"));
      for (Process program : programs) {
        assertThat(InboxProgram.exitStatus(program))
            .as(() -> output(local.resolve("one")) + output(local.resolve("two")))
            .isZero();
      }
    } finally {
      programs.forEach(Process::destroyForcibly);
    }
    assertEachOnce(remote);
  }

  private static void createFiles(ServerFolder remote) throws IOException {
    Path outbox = Files.createDirectory(remote.local("outbox"));
    for (int i = 0; i < FILES; i++) {
      Files.writeString(outbox.resolve("%03d.csv".formatted(i)), "content");
      Files.createFile(outbox.resolve("%03d.csv.ok".formatted(i)));
    }
  }

  private void assertEachOnce(ServerFolder remote) throws IOException {
    var handled = new ArrayList<String>();
    for (String name : List.of("one", "two")) {
      Path notes = local.resolve(name).resolve("handled");
      if (Files.exists(notes)) { // the other one may have been too fast
        handled.addAll(Files.readAllLines(notes));
      }
    }
    List<String> names = IntStream.range(0, FILES).mapToObj(i -> "%03d.csv".formatted(i)).toList();
    assertThat(handled)
        .containsExactlyInAnyOrderElementsOf(
            names.stream().map(name -> name + "=content").toList());
    var archived = new ArrayList<String>();
    names.forEach(name -> archived.addAll(List.of("done/" + name, "done/" + name + ".ok")));
    assertThat(files(remote.local("outbox"))).containsExactlyInAnyOrderElementsOf(archived);
  }
}
