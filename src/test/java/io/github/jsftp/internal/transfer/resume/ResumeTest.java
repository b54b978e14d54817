package io.github.jsftp.internal.transfer.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SftpServer;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@SftpServer
@Timeout(120)
class ResumeTest {
  private static final int MIB = 1 << 20;

  /** So large that it is striped over several channels. */
  private static final int BIG = 24 * MIB;

  private static final int SOME = 10 * MIB;

  private static final TransferOptions RESUMING = TransferOptions.builder().resume(true).build();

  /** Which way the bytes go. */
  enum Way {
    GET(Direction.DOWN),
    PUT(Direction.UP);

    final Direction direction;

    Way(Direction direction) {
      this.direction = direction;
    }
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

  private Path source(Way way) {
    return way == Way.GET ? remote.local("source") : local.resolve("source");
  }

  private Path target(Way way) {
    return way == Way.GET ? local.resolve("target") : remote.local("target");
  }

  private TransferResult copy(Way way, Connection sftp, TransferOptions options)
      throws IOException {
    return way == Way.GET
        ? sftp.get("source", target(way), options)
        : sftp.put(source(way), "target", options);
  }

  private TreeResult copyTree(Way way, Connection sftp, TransferOptions options)
      throws IOException {
    return way == Way.GET
        ? sftp.getR("source", target(way), options)
        : sftp.putR(source(way), "target", options);
  }

  /**
   * Has the line cut after so many bytes of content or so. In order, since after a reset the server
   * loses what it has not read yet, which may be much.
   */
  private void cutOnce(Way way, long bytes, TransferOptions options) throws Exception {
    try (var sftp = connect()) {
      proxy.cutAfter(way.direction, bytes, Cut.FIN);
      assertThatThrownBy(() -> copy(way, sftp, options)).isInstanceOf(ConnectionException.class);
    }
    server.awaitIdle();
    proxy.heal();
  }

  private TransferResult goOn(Way way, TransferOptions options) throws IOException {
    try (var sftp = connect()) {
      return copy(way, sftp, options);
    }
  }

  private List<Path> parts(Way way) throws IOException {
    try (var paths = Files.walk(way == Way.GET ? local : remote.local())) {
      return paths.filter(path -> path.getFileName().toString().endsWith(".part")).toList();
    }
  }

  private void assertDone(Way way) throws IOException {
    assertThat(target(way)).hasSameBinaryContentAs(source(way));
    assertThat(parts(way)).isEmpty();
  }

  private static void assertContinued(TransferResult result, long size) {
    assertThat(result.resumedFrom()).isPositive();
    assertThat(result.bytes()).isEqualTo(size - result.resumedFrom()).isLessThan(size);
  }

  @ParameterizedTest
  @EnumSource
  void continuesFromWhatHasArrived(Way way) throws Exception {
    Trees.file(source(way), 1, BIG);
    for (int place : List.of(9 * MIB, 16 * MIB, BIG)) {
      Files.writeString(target(way), "old");
      cutOnce(way, place, RESUMING);
      assertThat(target(way)).hasContent("old");
      assertThat(parts(way)).hasSize(1);
      TransferResult result = goOn(way, RESUMING);
      assertContinued(result, BIG);
      assertThat(result.resumedFrom()).isBetween(place - 8L * MIB, (long) place);
      assertThat(result.bytesSentAgain()).isBetween(1L, 4L * MIB);
      assertDone(way);
    }
  }

  @Test
  void leavesNothingBehindWithoutTheOption() throws Exception {
    Trees.file(source(Way.GET), 1, SOME);
    cutOnce(Way.GET, SOME / 2, TransferOptions.defaults());
    assertThat(parts(Way.GET)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void continuesTheFilesOfATree(Way way) throws Exception {
    Path tree = source(way);
    Trees.create(tree, 7, 30, 4_000);
    Trees.file(tree.resolve("m-big"), 1, 6 * MIB);
    Trees.file(tree.resolve("n-big"), 2, 6 * MIB);
    try (var sftp = connect()) {
      proxy.cutAfter(way.direction, 9 * MIB);
      assertThatThrownBy(() -> copyTree(way, sftp, RESUMING))
          .isInstanceOf(ConnectionException.class);
    }
    server.awaitIdle();
    proxy.heal();
    assertThat(parts(way)).isNotEmpty();
    var options = RESUMING.toBuilder().existing(TransferOptions.Existing.UPDATE).build();
    try (var sftp = connect()) {
      TreeResult result = copyTree(way, sftp, options);
      assertThat(result.bytes()).isLessThan(12 * MIB);
      assertThat(result.bytesSentAgain()).isPositive();
    }
    Trees.assertEqual(target(way), tree);
    assertThat(parts(way)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void getsThereHoweverOftenTheLineIsCut(Way way) throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    int size = 7 * MIB + random.nextInt(5 * MIB);
    Trees.file(source(way), seed, size);
    Files.writeString(target(way), "old");
    int cuts = 0;
    while (cutAtRandom(way, random, "seed %d, cut %d".formatted(seed, cuts))) {
      assertThat(target(way)).as("seed %d", seed).hasContent("old");
      cuts++;
    }
    assertThat(cuts).as("seed %d", seed).isBetween(1, 200);
    assertDone(way);
  }

  /** Cuts the line; false if the copy was done before. */
  private boolean cutAtRandom(Way way, Random random, String where) throws Exception {
    proxy.cutAfter(
        way.direction, 1 + random.nextInt(6 * MIB), random.nextBoolean() ? Cut.FIN : Cut.RST);
    try (var sftp = connect()) {
      copy(way, sftp, RESUMING);
      return false;
    } catch (ConnectionException e) {
      return true;
    } finally {
      proxy.heal();
      server.awaitIdle();
      assertThat(parts(way)).as(where).hasSizeLessThan(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void continuesAfterAnInterrupt(Way way) throws Exception {
    Trees.file(source(way), 1, BIG);
    var slow = RESUMING.toBuilder().maxBytesPerSecond(20 * MIB).build();
    try (var sftp = connect()) {
      var thread = new AtomicReference<Thread>();
      proxy.doAfter(way.direction, 10 * MIB, () -> thread.get().interrupt());
      var copying =
          CompletableFuture.supplyAsync(
              () -> {
                thread.set(Thread.currentThread());
                try {
                  return copy(way, sftp, slow);
                } catch (IOException e) {
                  return e;
                }
              });
      assertThat(copying.join()).isInstanceOf(InterruptedIOException.class);
      assertThat(parts(way)).hasSize(1);
      TransferResult result = copy(way, sftp, RESUMING);
      assertContinued(result, BIG);
      assertThat(result.resumedFrom()).isGreaterThan(4 * MIB);
    }
    assertDone(way);
  }

  @ParameterizedTest
  @EnumSource
  void beginsAnewWhenTheSourceHasChanged(Way way) throws Exception {
    Trees.file(source(way), 1, SOME);
    cutOnce(way, SOME / 2, RESUMING);
    FileTime before = Files.getLastModifiedTime(source(way));
    Trees.file(source(way), 2, SOME);
    Files.setLastModifiedTime(source(way), FileTime.from(before.toInstant().plusSeconds(5)));
    TransferResult result = goOn(way, RESUMING);
    assertThat(result.resumedFrom()).isZero();
    assertThat(result.bytes()).isEqualTo(SOME);
    assertDone(way);
  }

  @ParameterizedTest
  @EnumSource
  void comparesEverythingWithContent(Way way) throws Exception {
    var sure = RESUMING.toBuilder().verify(TransferOptions.Verify.CONTENT).build();
    Trees.file(source(way), 1, SOME);
    cutOnce(way, SOME / 2, sure);
    assertContinued(goOn(way, sure), SOME);
    assertDone(way);
    cutOnce(way, SOME / 2, sure);
    flip(parts(way).get(0), 1000);
    assertThat(goOn(way, sure).resumedFrom()).isZero();
    assertDone(way);
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
  void keepsTimesAndModes(Way way) throws Exception {
    var keeping = RESUMING.toBuilder().preserveMtime(true).preserveMode(true).build();
    Trees.file(source(way), 1, SOME);
    Files.setLastModifiedTime(source(way), FileTime.from(Instant.parse("2024-05-06T07:08:09Z")));
    Files.setPosixFilePermissions(source(way), PosixFilePermissions.fromString("r--r-----"));
    cutOnce(way, SOME / 2, keeping);
    // On the server it is not known yet whether the group is the right one for these rights.
    assertThat(mode(parts(way).get(0))).isEqualTo(way == Way.PUT ? "rw-------" : "rw-r-----");
    assertContinued(goOn(way, keeping), SOME);
    assertThat(mode(target(way))).isEqualTo("r--r-----");
    assertThat(Files.getLastModifiedTime(target(way)))
        .isEqualTo(Files.getLastModifiedTime(source(way)));
    assertDone(way);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"n", "ü", "日"})
  void continuesFilesWithTheLongestNames(String letter) throws Exception {
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
        assertContinued(sftp.put(local.resolve(each), each, RESUMING), SOME);
      }
      assertThat(remote.local(each)).hasSameBinaryContentAs(local.resolve(each));
    }
    assertThat(remote.partFiles()).isEmpty();
  }

  @Test
  void cleansUpAfterSourcesThatChangeBetweenCuts() throws Exception {
    for (int i = 0; i < 3; i++) {
      Trees.file(source(Way.PUT), i, SOME + i);
      cutOnce(Way.PUT, SOME / 2, RESUMING);
    }
    List<String> others =
        List.of(".target.jsftp-abcd0123.part", ".target2.jsftp-abcd0123abcd0123abcd.part");
    for (String other : others) {
      Files.writeString(remote.local(other), "another's");
    }
    assertThat(parts(Way.PUT)).hasSize(5);
    assertContinued(goOn(Way.PUT, RESUMING), SOME + 2);
    assertThat(target(Way.PUT)).hasSameBinaryContentAs(source(Way.PUT));
    assertThat(remote.partFiles()).containsExactlyElementsOf(others);
    for (String other : others) {
      Files.delete(remote.local(other));
    }
  }
}
