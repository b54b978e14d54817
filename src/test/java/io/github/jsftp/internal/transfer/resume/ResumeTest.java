package io.github.jsftp.internal.transfer.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultPlaces;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@OnEachServer
@Timeout(300)
@Tag("long-on-openssh")
class ResumeTest {
  private static final int MIB = 1 << 20;

  /** Large enough for stripes on several channels. */
  private static final int BIG = 17 * MIB;

  private static final int SOME = 4 * MIB;

  private static final TransferOptions RESUMING = TransferOptions.builder().resume(true).build();

  enum TransferDirection {
    GET(Direction.DOWN),
    PUT(Direction.UP);

    final Direction direction;

    TransferDirection(Direction direction) {
      this.direction = direction;
    }
  }

  /** Uploads, and with the profile {@code long} downloads, too. */
  static List<TransferDirection> mostlyUploads() {
    return FaultPlaces.areManyTried()
        ? List.of(TransferDirection.values())
        : List.of(TransferDirection.PUT);
  }

  static List<TransferDirection> mostlyDownloads() {
    return FaultPlaces.areManyTried()
        ? List.of(TransferDirection.values())
        : List.of(TransferDirection.GET);
  }

  @TempDir Path local;
  private TestServer server;
  private ServerFolder remote;
  private FaultProxy proxy;

  @BeforeEach
  void start(TestServer runs, ServerFolder folder) throws IOException {
    server = runs;
    remote = folder;
    proxy = FaultProxy.to(server);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private Connection connect() throws IOException {
    var options =
        Connections.options(server, proxy.port()).defaultPath(remote.path()).reconnect(false);
    return Connection.connect(options.build());
  }

  private Path source(TransferDirection direction) {
    return direction == TransferDirection.GET ? remote.local("source") : local.resolve("source");
  }

  private Path target(TransferDirection direction) {
    return direction == TransferDirection.GET ? local.resolve("target") : remote.local("target");
  }

  private TransferResult copy(TransferDirection direction, Connection sftp, TransferOptions options)
      throws IOException {
    return direction == TransferDirection.GET
        ? sftp.get("source", target(direction), options)
        : sftp.put(source(direction), "target", options);
  }

  private TreeResult copyTree(TransferDirection direction, Connection sftp, TransferOptions options)
      throws IOException {
    return direction == TransferDirection.GET
        ? sftp.getR("source", target(direction), options)
        : sftp.putR(source(direction), "target", options);
  }

  /**
   * Loses the connection after about this many bytes of content. It is closed with FIN: after a
   * reset the server would discard bytes that it has received but not read.
   */
  private void loseConnectionOnce(TransferDirection direction, long bytes, TransferOptions options)
      throws Exception {
    try (var sftp = connect()) {
      proxy.cutAfter(direction.direction, bytes, Cut.FIN);
      assertThatThrownBy(() -> copy(direction, sftp, options))
          .isInstanceOf(ConnectionException.class);
    }
    server.awaitIdle();
    proxy.heal();
  }

  private TransferResult copyAgain(TransferDirection direction, TransferOptions options)
      throws IOException {
    try (var sftp = connect()) {
      return copy(direction, sftp, options);
    }
  }

  private List<Path> parts(TransferDirection direction) throws IOException {
    try (var paths = Files.walk(direction == TransferDirection.GET ? local : remote.local())) {
      return paths.filter(path -> path.getFileName().toString().endsWith(".part")).toList();
    }
  }

  private void assertComplete(TransferDirection direction) throws IOException {
    Trees.assertSameBytes(target(direction), source(direction));
    assertThat(parts(direction)).isEmpty();
  }

  private static void assertResumed(TransferResult result, long size) {
    assertThat(result.resumedFrom()).isPositive();
    assertThat(result.bytes()).isEqualTo(size - result.resumedFrom()).isLessThan(size);
  }

  @ParameterizedTest
  @EnumSource
  void resumesFromTheBytesWritten(TransferDirection direction) throws Exception {
    Trees.file(source(direction), 1, BIG);
    List<Integer> places =
        FaultPlaces.areManyTried() ? List.of(9 * MIB, 13 * MIB, BIG) : List.of(13 * MIB);
    for (int place : places) {
      Files.writeString(target(direction), "old");
      loseConnectionOnce(direction, place, RESUMING);
      assertThat(target(direction)).hasContent("old");
      assertThat(parts(direction)).hasSize(1);
      TransferResult result = copyAgain(direction, RESUMING);
      assertResumed(result, BIG);
      assertThat(result.resumedFrom()).isBetween(place - 8L * MIB, (long) place);
      assertThat(result.bytesSentAgain()).isBetween(1L, 4L * MIB);
      assertComplete(direction);
    }
  }

  @Test
  void leavesNoPartFileWithoutTheOption() throws Exception {
    Trees.file(source(TransferDirection.GET), 1, SOME);
    loseConnectionOnce(TransferDirection.GET, SOME / 2, TransferOptions.defaults());
    assertThat(parts(TransferDirection.GET)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("mostlyDownloads")
  void resumesTheFilesOfATree(TransferDirection direction) throws Exception {
    Path tree = source(direction);
    Trees.create(tree, 7, 30, 4_000);
    Trees.file(tree.resolve("m-big"), 1, 6 * MIB);
    Trees.file(tree.resolve("n-big"), 2, 6 * MIB);
    try (var sftp = connect()) {
      proxy.cutAfter(direction.direction, 9 * MIB);
      assertThatThrownBy(() -> copyTree(direction, sftp, RESUMING))
          .isInstanceOf(ConnectionException.class);
    }
    server.awaitIdle();
    proxy.heal();
    assertThat(parts(direction)).isNotEmpty();
    var options = RESUMING.toBuilder().existing(TransferOptions.Existing.UPDATE).build();
    try (var sftp = connect()) {
      TreeResult result = copyTree(direction, sftp, options);
      assertThat(result.bytes()).isLessThan(12 * MIB);
      assertThat(result.bytesSentAgain()).isPositive();
    }
    Trees.assertEqual(target(direction), tree);
    assertThat(parts(direction)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void completesHoweverOftenTheConnectionIsLost(TransferDirection direction) throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    int size = 4 * MIB + random.nextInt(2 * MIB);
    Trees.file(source(direction), seed, size);
    Files.writeString(target(direction), "old");
    int losses = 0;
    while (loseConnectionAtRandom(direction, random, "seed %d, cut %d".formatted(seed, losses))) {
      assertThat(target(direction)).as("seed %d", seed).hasContent("old");
      losses++;
    }
    assertThat(losses).as("seed %d", seed).isBetween(1, 200);
    assertComplete(direction);
  }

  /** Loses the connection at random; returns false if the copy completed before. */
  private boolean loseConnectionAtRandom(TransferDirection direction, Random random, String where)
      throws Exception {
    proxy.cutAfter(
        direction.direction, 1 + random.nextInt(3 * MIB), random.nextBoolean() ? Cut.FIN : Cut.RST);
    try (var sftp = connect()) {
      copy(direction, sftp, RESUMING);
      return false;
    } catch (ConnectionException e) {
      return true;
    } finally {
      proxy.heal();
      server.awaitIdle();
      assertThat(parts(direction)).as(where).hasSizeLessThan(2);
    }
  }

  @ParameterizedTest
  @MethodSource("mostlyUploads")
  void resumesAfterAnInterrupt(TransferDirection direction) throws Exception {
    Trees.file(source(direction), 1, BIG);
    var slow = RESUMING.toBuilder().maxBytesPerSecond(20 * MIB).build();
    try (var sftp = connect()) {
      var thread = new AtomicReference<Thread>();
      proxy.doAfter(direction.direction, 10 * MIB, () -> thread.get().interrupt());
      var copying =
          CompletableFuture.supplyAsync(
              () -> {
                thread.set(Thread.currentThread());
                try {
                  return copy(direction, sftp, slow);
                } catch (IOException e) {
                  return e;
                }
              });
      assertThat(copying.join()).isInstanceOf(InterruptedIOException.class);
      assertThat(parts(direction)).hasSize(1);
      Eventually.until("nothing more is copied", () -> server.openHandles() == 0);
      TransferResult result = copy(direction, sftp, RESUMING);
      assertResumed(result, BIG);
      assertThat(result.resumedFrom()).isGreaterThan(4 * MIB);
    }
    assertComplete(direction);
  }

  @ParameterizedTest
  @MethodSource("mostlyDownloads")
  void doesNotResumeAChangedSource(TransferDirection direction) throws Exception {
    Trees.file(source(direction), 1, SOME);
    loseConnectionOnce(direction, SOME / 2, RESUMING);
    FileTime before = Files.getLastModifiedTime(source(direction));
    Trees.file(source(direction), 2, SOME);
    Files.setLastModifiedTime(source(direction), FileTime.from(before.toInstant().plusSeconds(5)));
    TransferResult result = copyAgain(direction, RESUMING);
    assertThat(result.resumedFrom()).isZero();
    assertThat(result.bytes()).isEqualTo(SOME);
    assertComplete(direction);
  }

  @ParameterizedTest
  @MethodSource("mostlyUploads")
  void comparesThePartWhenContentIsVerified(TransferDirection direction) throws Exception {
    var sure = RESUMING.toBuilder().verify(TransferOptions.Verify.CONTENT).build();
    Trees.file(source(direction), 1, SOME);
    loseConnectionOnce(direction, SOME / 2, sure);
    assertResumed(copyAgain(direction, sure), SOME);
    assertComplete(direction);
    loseConnectionOnce(direction, SOME / 2, sure);
    flip(parts(direction).get(0), 1000);
    assertThat(copyAgain(direction, sure).resumedFrom()).isZero();
    assertComplete(direction);
  }

  private static void flip(Path file, long at) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int is = bytes.read();
      bytes.seek(at);
      bytes.write(is ^ 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsTimesAndModes(TransferDirection direction) throws Exception {
    var keeping = RESUMING.toBuilder().preserveMtime(true).preserveMode(true).build();
    Trees.file(source(direction), 1, SOME);
    Files.setLastModifiedTime(
        source(direction), FileTime.from(Instant.parse("2024-05-06T07:08:09Z")));
    Files.setPosixFilePermissions(source(direction), PosixFilePermissions.fromString("r--r-----"));
    loseConnectionOnce(direction, SOME / 2, keeping);
    // The server's part file is restricted to its owner until the group is set.
    assertThat(mode(parts(direction).get(0)))
        .isEqualTo(direction == TransferDirection.PUT ? "rw-------" : "rw-r-----");
    assertResumed(copyAgain(direction, keeping), SOME);
    assertThat(mode(target(direction))).isEqualTo("r--r-----");
    assertThat(Files.getLastModifiedTime(target(direction)))
        .isEqualTo(Files.getLastModifiedTime(source(direction)));
    assertComplete(direction);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void resumesFilesWithTheLongestNames() throws Exception {
    resumeLongNames("日");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n", "ü"})
  @Tag("long")
  void resumesFilesWithLongNamesOfOtherLetters(String letter) throws Exception {
    resumeLongNames(letter);
  }

  private void resumeLongNames(String letter) throws Exception {
    int length = 255 / letter.getBytes(StandardCharsets.UTF_8).length;
    String name = letter.repeat(length);
    List<String> names = List.of(name, name.substring(1) + "x");
    for (String each : names) {
      Path file = Trees.file(local.resolve(each), each.length(), SOME);
      try (var sftp = connect()) {
        proxy.cutAfter(Direction.UP, SOME / 2, Cut.FIN);
        assertThatThrownBy(() -> sftp.put(file, each, RESUMING))
            .isInstanceOf(ConnectionException.class);
      }
      server.awaitIdle();
      proxy.heal();
    }
    assertThat(remote.partFiles()).hasSize(2);
    for (String each : names) {
      try (var sftp = connect()) {
        assertResumed(sftp.put(local.resolve(each), each, RESUMING), SOME);
      }
      Trees.assertSameBytes(remote.local(each), local.resolve(each));
    }
    assertThat(remote.partFiles()).isEmpty();
  }

  @Test
  void cleansUpAfterSourcesThatChangeBetweenCuts() throws Exception {
    for (int i = 0; i < 3; i++) {
      Trees.file(source(TransferDirection.PUT), i, SOME + i);
      loseConnectionOnce(TransferDirection.PUT, SOME / 2, RESUMING);
    }
    List<String> others =
        List.of(".target.jsftp-abcd0123.part", ".target2.jsftp-abcd0123abcd0123abcd.part");
    for (String other : others) {
      Files.writeString(remote.local(other), "another's");
    }
    assertThat(parts(TransferDirection.PUT)).hasSize(5);
    assertResumed(copyAgain(TransferDirection.PUT, RESUMING), SOME + 2);
    Trees.assertSameBytes(target(TransferDirection.PUT), source(TransferDirection.PUT));
    assertThat(remote.partFiles()).containsExactlyElementsOf(others);
    for (String other : others) {
      Files.delete(remote.local(other));
    }
  }
}
