package io.github.jsftp.internal.transfer;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.TransferClient;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers with a real server. The rules themselves are tested with a server in memory. */
@OnEachServer
final class ServerTransferTest {
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();

  @TempDir Path local;
  private TransferClient client;
  private Transfers transfers;

  @BeforeEach
  void connect(TestServer server) throws Exception {
    client = TransferClient.to(server);
    transfers = client.transfers();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  @Tag("long")
  void copiesABigFileThereAndBack(ServerFolder remote) throws Exception {
    copiesFilesOfAnySizeThereAndBack(30_000_000, remote);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32_767, 32_768, 32_769, 300_000})
  void copiesFilesOfAnySizeThereAndBack(int size, ServerFolder remote) throws Exception {
    Path file = Trees.file(local.resolve("a"), size, size);
    var put = transfers.put(file, remote.path("b"), DEFAULTS);
    assertThat(put.bytes()).isEqualTo(size);
    Trees.assertSameBytes(remote.local("b"), file);
    var got = transfers.get(remote.path("b"), local.resolve("c"), DEFAULTS);
    assertThat(got.bytes()).isEqualTo(size);
    Trees.assertSameBytes(local.resolve("c"), file);
    assertThat(remote.local().toFile().list()).containsExactly("b");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, 5_000_000})
  void copiesStreamsThereAndBack(int size, ServerFolder remote) throws Exception {
    byte[] bytes = Trees.bytes(size, size);
    transfers.put(new ByteArrayInputStream(bytes), remote.path("b"), DEFAULTS);
    assertThat(Files.readAllBytes(remote.local("b"))).isEqualTo(bytes);
    var out = new ByteArrayOutputStream();
    transfers.get(remote.path("b"), out, DEFAULTS);
    assertThat(out.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void copiesTreesThereAndBack(ServerFolder remote) throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 7, 60, 60_000);
    Trees.createAwkward(from.resolve("awkward"));
    transfers.trees().putR(from, remote.path("deep/er"), DEFAULTS);
    Trees.assertEqual(remote.local("deep/er"), from);
    transfers.trees().getR(remote.path("deep/er"), local.resolve("to/o"), DEFAULTS);
    Trees.assertEqual(local.resolve("to/o"), from);
  }

  @Test
  void keepsTimesModesAndLinks(ServerFolder remote) throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 11, 40, 10_000);
    var time = FileTime.from(Instant.parse("2020-02-29T12:00:00Z"));
    Files.createSymbolicLink(from.resolve("link"), Path.of("empty/below"));
    Files.setLastModifiedTime(from.resolve("dir-0"), time);
    Files.setPosixFilePermissions(
        from.resolve("dir-0"), PosixFilePermissions.fromString("rwx------"));
    var options =
        TransferOptions.builder()
            .preserveMtime(true)
            .preserveMode(true)
            .symlinks(Symlinks.COPY)
            .build();
    assertThat(transfers.trees().putR(from, remote.path("t"), options).warnings()).isEmpty();
    Trees.assertEqual(remote.local("t"), from);
    assertThat(transfers.trees().getR(remote.path("t"), local.resolve("to"), options).warnings())
        .isEmpty();
    Trees.assertEqual(local.resolve("to"), from);
    for (Path dir : List.of(remote.local("t/dir-0"), local.resolve("to/dir-0"))) {
      assertThat(Files.getLastModifiedTime(dir)).isEqualTo(time);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void keepsModeAndLinkOfTheReplacedFile(ServerFolder remote) throws Exception {
    Files.createDirectory(remote.local("sub"));
    Path real = Files.writeString(remote.local("sub/real"), "old");
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-rw-rw-"));
    Files.createSymbolicLink(remote.local("link"), Path.of("sub/real"));
    Files.createSymbolicLink(remote.local("dangling"), Path.of("sub/new"));
    Path file = Files.writeString(local.resolve("a"), "new");
    transfers.put(file, remote.path("link"), DEFAULTS);
    transfers.put(file, remote.path("dangling"), DEFAULTS);
    assertThat(remote.local("link")).isSymbolicLink();
    assertThat(real).hasContent("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
        .isEqualTo("rw-rw-rw-");
    assertThat(remote.local("sub/new")).hasContent("new");
  }

  @Test
  void throwsATransferExceptionForAFullDisk(ServerFolder remote) throws Exception {
    Path file = Trees.file(local.resolve("a"), 1, 100_000);
    assertThatThrownBy(() -> transfers.put(file, "/dev/full", DEFAULTS))
        .isInstanceOf(TransferException.class)
        .hasMessageStartingWith("put /dev/full: ");
    transfers.put(file, remote.path("a"), DEFAULTS);
    try (var small =
        Jimfs.newFileSystem(Configuration.unix().toBuilder().setMaxSize(50_000).build())) {
      assertThatThrownBy(() -> transfers.get(remote.path("a"), small.getPath("/work/a"), DEFAULTS))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("can't write /work/a: out of disk space")
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void readsFilesOfReportedSizeZero() throws Exception {
    transfers.get("/proc/version", local.resolve("version"), DEFAULTS);
    Trees.assertSameBytes(local.resolve("version"), Path.of("/proc/version"));
  }

  @Test
  void copiesFilesOfReportedSizeZero(ServerFolder remote) throws Exception {
    transfers.copy("/proc/version", remote.path("version"));
    Trees.assertSameBytes(remote.local("version"), Path.of("/proc/version"));
  }

  @Test
  void refusesDirectories(ServerFolder remote) throws Exception {
    Files.createDirectory(remote.local("dir"));
    assertThatThrownBy(() -> transfers.get(remote.path("dir"), local.resolve("a"), DEFAULTS))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("get " + remote.path("dir") + ": is a directory");
    Path file = Files.writeString(local.resolve("a"), "new");
    Files.createDirectory(remote.local("dir/a"));
    assertThatThrownBy(() -> transfers.put(file, remote.path("dir"), DEFAULTS))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("put " + remote.path("dir/a") + ": is a directory");
    assertThatThrownBy(() -> transfers.put(file, remote.path("no/b"), DEFAULTS))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageContaining("put " + remote.path("no/b") + ": no such file or directory");
  }

  @Test
  void leavesTheLocalFileAloneWhenTheConnectionIsLost(TestServer server, ServerFolder remote)
      throws Exception {
    Trees.file(remote.local("a"), 1, 20_000_000);
    Path file = Files.writeString(local.resolve("b"), "old");
    try (var proxy = FaultProxy.to(server);
        var cut = TransferClient.through(proxy, server)) {
      proxy.cutAfter(FaultProxy.Direction.DOWN, 5_000_000);
      assertThatThrownBy(() -> cut.transfers().get(remote.path("a"), file, DEFAULTS))
          .isInstanceOf(ConnectionException.class);
    }
    assertThat(file).hasContent("old");
    assertThat(local.toFile().list()).containsExactly("b");
  }

  @Test
  void endsWhenTheConnectionIsClosedByAnotherThread(TestServer server, ServerFolder remote)
      throws Exception {
    Trees.file(remote.local("a"), 1, 20_000_000);
    Path file = Files.writeString(local.resolve("b"), "old");
    var other = TransferClient.to(server);
    var options =
        TransferOptions.builder()
            .progress(
                progress -> {
                  var thread = new Thread(other::close);
                  thread.start();
                  try {
                    thread.join();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .build();
    Path small = Files.createDirectory(remote.local("many"));
    Trees.create(small, 5, 1_000, 20_000);
    assertThatThrownBy(
            () -> other.transfers().trees().getR(remote.path(), local.resolve("to"), options))
        .isInstanceOf(ConnectionException.class);
    assertThat(file).hasContent("old");
    try (var paths = Files.walk(local)) {
      assertThat(paths).noneMatch(path -> path.toString().endsWith(".part"));
    }
  }

  @Test
  void removesItsTemporaryFilesAfterAnInterrupt(ServerFolder remote) throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 5, 150, 20_000);
    var caller = Thread.currentThread();
    var options = TransferOptions.builder().progress(progress -> caller.interrupt()).build();
    assertThatThrownBy(() -> transfers.trees().putR(from, remote.path("t"), options))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    Eventually.until("no temporary file is left", () -> partFiles(remote).isEmpty());
    Files.delete(Files.createFile(remote.local("alive")));
    assertThat(transfers.trees().putR(from, remote.path("t"), DEFAULTS).transferred())
        .isEqualTo(150);
    Trees.assertEqual(remote.local("t"), from);
  }

  @Test
  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "eight gigabytes once are enough")
  void copiesMoreThanFourGibibytes(ServerFolder remote) throws Exception {
    long size = (4L << 30) + 100_000;
    assumeTrue(local.toFile().getUsableSpace() > 3 * size, "it takes 13 GB of free disk");
    byte[] edge = Trees.bytes(1, 100_000);
    try (var file = FileChannel.open(remote.local("a"), Set.of(CREATE_NEW, WRITE))) {
      file.write(ByteBuffer.wrap(edge), 0);
      file.write(ByteBuffer.wrap(edge), size - edge.length);
    }
    transfers.get(remote.path("a"), local.resolve("b"), DEFAULTS);
    transfers.put(local.resolve("b"), remote.path("c"), DEFAULTS);
    assertThat(Files.size(remote.local("c"))).isEqualTo(size);
    assertThat(Files.mismatch(remote.local("a"), remote.local("c"))).isEqualTo(-1);
  }

  private static List<String> partFiles(ServerFolder remote) {
    try {
      return remote.partFiles();
    } catch (IOException | UncheckedIOException e) {
      return List.of("coming and going");
    }
  }
}
