package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.TestClient.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@OnEachServer
@Tag("long-on-openssh")
final class RequestsTest {
  private TestClient testClient;
  private SftpClient sftp;

  @BeforeEach
  void connect(TestServer server) throws IOException {
    testClient = TestClient.to(server);
    sftp = testClient.sftp;
  }

  @AfterEach
  void close() {
    testClient.close();
  }

  @Test
  void readsAFile(ServerFolder folder) throws IOException {
    byte[] bytes = Trees.bytes(1, 100_000);
    Files.write(folder.local("file"), bytes);
    RemoteHandle in = testClient.open(folder.path("file"), OpenFlag.READ);

    assertThat(TestClient.read(in, 0, 200_000)).isEqualTo(bytes);
    assertThat(TestClient.read(in, 99_990, 100)).hasSize(10);
    assertThat(get(in.read(100_000, ByteBuffer.allocate(1)))).isEqualTo(-1);
    assertThat(get(in.stat()).size()).isEqualTo(100_000);
    get(in.close());
    get(in.close());
  }

  @Test
  void writesAtAnOffset(ServerFolder folder) throws IOException {
    RemoteHandle out = testClient.open(folder.path("file"), OpenFlag.WRITE, OpenFlag.CREATE);
    CompletableFuture<Void> second = out.write(5, ByteBuffer.wrap("world".getBytes(UTF_8)));
    CompletableFuture<Void> first = out.write(0, ByteBuffer.wrap("hello".getBytes(UTF_8)));
    get(CompletableFuture.allOf(first, second, out.close()));

    assertThat(folder.local("file")).hasContent("helloworld");
  }

  @Test
  void readsAndWritesPartsOfABuffer(ServerFolder folder) throws IOException {
    byte[] bytes = "__hello__".getBytes(UTF_8);
    RemoteHandle file =
        testClient.open(folder.path("file"), OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE);
    get(file.write(0, ByteBuffer.wrap(bytes, 1, 7).slice().position(1).limit(6)));
    var into = ByteBuffer.allocate(10).position(3).limit(6);

    assertThat(get(file.read(1, into))).isEqualTo(3);

    assertThat(folder.local("file")).hasContent("hello");
    assertThat(into.position()).isEqualTo(6);
    assertThat(new String(into.array(), 3, 3, UTF_8)).isEqualTo("ell");
    get(file.close());
  }

  @Test
  void readsAndWritesBeyondFourGibibytes(ServerFolder folder) throws IOException {
    long far = 5L << 30;
    RemoteHandle file =
        testClient.open(folder.path("sparse"), OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE);
    get(file.write(far, ByteBuffer.wrap("far".getBytes(UTF_8))));

    assertThat(get(file.stat()).size()).isEqualTo(far + 3);
    assertThat(TestClient.read(file, far, 3)).isEqualTo("far".getBytes(UTF_8));
    assertThat(get(sftp.stat(folder.path("sparse"))).size()).isEqualTo(far + 3);
    try (var local = new RandomAccessFile(folder.local("sparse").toFile(), "r")) {
      local.seek(far);
      assertThat(local.readLine()).isEqualTo("far");
    }
    get(file.close());
  }

  @Test
  void appends(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("log"), "one ");
    RemoteHandle out = testClient.open(folder.path("log"), OpenFlag.WRITE, OpenFlag.APPEND);
    get(out.write(4, ByteBuffer.wrap("two".getBytes(UTF_8))));
    get(out.close());

    assertThat(folder.local("log")).hasContent("one two");
  }

  @Test
  void returnsTheAttributesOfAPath(ServerFolder folder) throws IOException {
    Path file = Files.writeString(folder.local("file"), "12345");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Files.setLastModifiedTime(
        file, java.nio.file.attribute.FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    Files.createSymbolicLink(folder.local("link"), Path.of("file"));

    FileInfo info = get(sftp.stat(folder.path("link")));

    assertThat(info.isFile()).isTrue();
    assertThat(info.path()).isEqualTo(folder.path("link"));
    assertThat(info.size()).isEqualTo(5);
    assertThat(info.mode()).isEqualTo(640);
    assertThat(info.modified()).isEqualTo(Instant.ofEpochSecond(1_000_000_000));
    assertThat(info.uid()).isEqualTo(((Number) Files.getAttribute(file, "unix:uid")).longValue());
    assertThat(get(sftp.lstat(folder.path("link"))).isLink()).isTrue();
    assertThat(get(sftp.lstat(folder.path())).isDir()).isTrue();
  }

  @Test
  void makesAndRemovesDirectoriesFilesAndLinks(ServerFolder folder) throws IOException {
    get(sftp.mkdir(folder.path("dir"), AttributeChanges.NONE));
    assertThat(folder.local("dir")).isDirectory();
    testClient.write(folder.path("dir/file"), new byte[1]);
    get(sftp.symlink("file", folder.path("dir/link")));
    assertThat(Files.readSymbolicLink(folder.local("dir/link"))).hasToString("file");
    assertThat(get(sftp.readlink(folder.path("dir/link")))).isEqualTo("file");
    assertThat(get(sftp.realpath(folder.path("dir/../dir"))))
        .isEqualTo(folder.local("dir").toRealPath().toString());

    get(sftp.remove(folder.path("dir/link")));
    get(sftp.remove(folder.path("dir/file")));
    get(sftp.rmdir(folder.path("dir")));

    assertThat(folder.local()).isEmptyDirectory();
  }

  @Test
  void setsAttributes(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("file"), "12345");
    Instant time = Instant.ofEpochSecond(3_000_000_000L);
    get(sftp.setAttributes(folder.path("file"), AttributeChanges.permissions(0600)));
    get(sftp.setAttributes(folder.path("file"), AttributeChanges.times(time, time)));
    RemoteHandle file = testClient.open(folder.path("file"), OpenFlag.WRITE);
    get(file.setAttributes(AttributeChanges.size(3)));
    get(file.setAttributes(AttributeChanges.times(time, time)));
    get(file.close());

    assertThat(folder.local("file")).hasContent("123");
    assertThat(Files.getLastModifiedTime(folder.local("file")).toInstant()).isEqualTo(time);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.local("file"))))
        .isEqualTo("rw-------");
  }

  @Test
  void refusesATimeThatTheProtocolCannotExpress(ServerFolder folder) {
    Instant early = Instant.parse("1960-01-01T00:00:00Z");

    assertThatThrownBy(
            () -> get(sftp.setAttributes(folder.path(), AttributeChanges.times(early, early))))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("1970 to 2106, not 1960-01-01T00:00:00Z");
  }

  @Test
  void createsAFileWithItsPermissions(ServerFolder folder) throws IOException {
    RemoteHandle file =
        get(
            sftp.open(
                folder.path("file"),
                Set.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE),
                AttributeChanges.permissions(0600)));
    get(file.fsync());
    get(file.close());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.local("file"))))
        .isEqualTo("rw-------");
  }

  @Test
  void renamesOnlyToAnUnusedName(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("a"), "a");
    get(sftp.rename(folder.path("a"), folder.path("b")));

    assertThat(folder.local("b")).hasContent("a");
    assertThat(folder.local("a")).doesNotExist();
  }

  @Test
  void replacesAFile(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("a"), "new");
    Files.writeString(folder.local("b"), "old");
    get(sftp.replace(folder.path("a"), folder.path("b"), folder.path("aside")));

    assertThat(folder.local("b")).hasContent("new");
    assertThat(folder.local("a")).doesNotExist();
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MINA does not announce copy-data")
  void copiesOnTheServer(ServerFolder folder) throws IOException {
    byte[] bytes = Trees.bytes(2, 300_000);
    Files.write(folder.local("a"), bytes);
    RemoteHandle from = testClient.open(folder.path("a"), OpenFlag.READ);
    RemoteHandle to =
        get(
            from.openOnSameChannel(
                folder.path("b"), Set.of(OpenFlag.WRITE, OpenFlag.CREATE), AttributeChanges.NONE));

    get(from.copyData(0, 300_000, to, 0));
    get(from.close());
    get(to.close());

    Trees.assertSameBytes(folder.local("b"), bytes);
  }

  @Test
  @Tag("long")
  void listsManyEntries(ServerFolder folder) throws IOException {
    for (int i = 0; i < 20_000; i++) {
      Files.createFile(folder.local("entry-" + i));
    }

    List<FileInfo> entries = testClient.list(folder.path());

    assertThat(entries)
        .extracting(FileInfo::name)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 20_000).mapToObj(i -> "entry-" + i).toList());
    assertThat(entries.get(7).isFile()).isTrue();
    assertThat(entries.get(7).path()).startsWith(folder.path("entry-"));
    assertThat(entries.get(7).longname().orElseThrow()).contains("entry-");
  }

  @Test
  void listsLinksAsLinksAndAnEmptyDirectoryAsEmpty(ServerFolder folder) throws IOException {
    Files.createSymbolicLink(folder.local("link"), Path.of("nowhere"));
    Files.createDirectory(folder.local("empty"));

    assertThat(testClient.list(folder.path("empty"))).isEmpty();
    assertThat(testClient.list(folder.path()))
        .extracting(FileInfo::type)
        .containsExactlyInAnyOrder(FileInfo.Type.LINK, FileInfo.Type.DIRECTORY);
  }

  @Test
  void closesAListingThatIsNotReadToItsEnd(TestServer server, ServerFolder folder)
      throws IOException {
    for (int i = 0; i < 2_000; i++) {
      Files.createFile(folder.local("entry-" + i));
    }
    var listing = get(sftp.list(folder.path()));
    assertThat(get(listing.next())).isNotEmpty();

    listing.close();

    assertThat(get(listing.next())).isEmpty();
    io.github.jsftp.testing.Eventually.until("the handle", () -> server.openHandles() == 0);
  }

  @Test
  void takesAwkwardNames(ServerFolder folder) throws IOException {
    for (String name : Trees.AWKWARD_NAMES) {
      testClient.write(folder.path(name), name.getBytes(UTF_8));
      assertThat(Files.readString(folder.local(name))).isEqualTo(name);
      assertThat(get(sftp.lstat(folder.path(name))).name()).isEqualTo(name);
    }
    assertThat(testClient.list(folder.path()))
        .extracting(FileInfo::name)
        .containsExactlyInAnyOrderElementsOf(Trees.AWKWARD_NAMES);
  }

  @Test
  void namesThePathThatCannotBeEncoded(TestServer server) throws IOException {
    try (var latin =
        TestClient.to(server, TestClient.Settings.USUAL.charset(StandardCharsets.ISO_8859_1))) {
      assertThatThrownBy(() -> get(latin.sftp.lstat("/\u65e5")))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("path can't be written in ISO-8859-1");
    }
    assertThatThrownBy(() -> get(sftp.lstat("/a\0b")))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("NUL");
  }

  @Test
  void matchesRepliesForManyThreads(ServerFolder folder) throws Exception {
    for (int i = 0; i < 200; i++) {
      Files.write(folder.local("f" + i), Trees.bytes(i, i));
    }
    var failures = new ConcurrentLinkedQueue<Throwable>();
    var go = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 16; t++) {
      int seed = t;
      var thread = new Thread(() -> askAbout(folder, seed, go, failures));
      thread.start();
      threads.add(thread);
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(failures).isEmpty();
  }

  private void askAbout(
      ServerFolder folder, int seed, CountDownLatch go, ConcurrentLinkedQueue<Throwable> failures) {
    try {
      go.await();
      for (int round = 0; round < 100; round++) {
        int i = (seed * 31 + round * 7) % 200;
        assertThat(get(sftp.stat(folder.path("f" + i))).size()).isEqualTo(i);
        RemoteHandle file = testClient.open(folder.path("f" + i), OpenFlag.READ);
        assertThat(TestClient.read(file, 0, 300)).isEqualTo(Trees.bytes(i, i));
        get(file.close());
        assertThatThrownBy(() -> get(sftp.lstat(folder.path("no" + i))))
            .isInstanceOf(NoSuchPathException.class)
            .hasMessageContaining("/no" + i + ":");
      }
    } catch (Throwable e) {
      failures.add(e);
    }
  }

  @Test
  void opensAFileOnSeveralChannels(ServerFolder folder) throws IOException {
    byte[] bytes = Trees.bytes(3, 400_000);
    Files.write(folder.local("file"), bytes);

    var stripes =
        sftp.openStripes(folder.path("file"), Set.of(OpenFlag.READ), AttributeChanges.NONE, 4);

    var read = new ArrayList<byte[]>();
    for (int i = 0; i < 4; i++) {
      RemoteHandle stripe = get(stripes.get(i));
      read.add(TestClient.read(stripe, i * 100_000L, 100_000));
      get(stripe.close());
    }
    for (int i = 0; i < 4; i++) {
      assertThat(read.get(i))
          .isEqualTo(java.util.Arrays.copyOfRange(bytes, i * 100_000, (i + 1) * 100_000));
    }
    assertThat(sftp.maxInFlight()).isGreaterThan(64); // 4 * 64 unless replies were slow
    assertThat(Files.isRegularFile(folder.local("file"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }
}
