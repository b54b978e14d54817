package io.github.jsftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.SftpClient;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.OpenModes;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEachServer
@Timeout(300)
final class RemoteFileTest {
  private SshConnection ssh;
  private SftpClient sftp;

  private FaultProxy proxy;

  @BeforeEach
  void connect(TestServer server) throws IOException {
    proxy = FaultProxy.to(server);
    var options =
        ConnectionOptions.builder(server.host())
            .port(proxy.port())
            .username(server.username())
            .privateKey(server.privateKey())
            .hostKeys(HostKeys.acceptAnyInsecurely())
            .build();
    var failures = new Failures("me", "host", 22);
    ssh = SshConnection.open(options, failures);
    sftp = new SftpClient(ssh, failures, UTF_8, 64, 4, () -> Duration.ofSeconds(20));
    sftp.start();
  }

  @AfterEach
  void close() {
    sftp.close();
    ssh.close();
    proxy.close();
  }

  private RemoteFile open(String path, OpenOption... options) throws IOException {
    var modes = OpenModes.of(options);
    var handle = Await.result(sftp.open(path, modes.flags(), AttributeChanges.NONE));
    return new RemoteFile(handle, path, modes);
  }

  @Test
  void readsAFileFromStartToEnd(ServerFolder folder) throws IOException {
    byte[] bytes = Trees.bytes(1, 5_000_001);
    Files.write(folder.local("file"), bytes);

    try (var file = open(folder.path("file"));
        var in = file.in()) {
      assertThat(file).hasToString(folder.path("file"));
      assertThat(in.readAllBytes()).isEqualTo(bytes);
      assertThat(file.position()).isEqualTo(bytes.length);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void readsAtAnyPosition(ServerFolder folder) throws IOException {
    byte[] bytes = Trees.bytes(2, 700_000);
    Files.write(folder.local("file"), bytes);
    var random = new Random(3);

    try (var file = open(folder.path("file"))) {
      for (int i = 0; i < 100; i++) {
        int from = random.nextInt(bytes.length);
        var into = ByteBuffer.allocate(1 + random.nextInt(100_000));
        file.position(from);
        while (into.hasRemaining() && file.read(into) >= 0) {}
        assertThat(Arrays.copyOf(into.array(), into.position()))
            .isEqualTo(Arrays.copyOfRange(bytes, from, from + into.position()));
        assertThat(from + into.position())
            .isEqualTo(Math.min(bytes.length, from + into.capacity()));
      }
    }
  }

  @Test
  void writesAFileFromStartToEnd(ServerFolder folder) throws IOException {
    byte[] bytes = Trees.bytes(3, 5_000_001);

    try (var file =
            open(folder.path("file"), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        var out = file.out()) {
      out.write(bytes, 0, 10);
      out.flush();
      assertThat(folder.local("file")).hasSize(10);
      out.write(bytes[10]);
      out.write(bytes, 11, bytes.length - 11);
    }

    Trees.assertSameBytes(folder.local("file"), bytes);
  }

  @Test
  void readsItsOwnWrites(ServerFolder folder) throws IOException {
    Files.write(folder.local("file"), new byte[100_000]);

    try (var file = open(folder.path("file"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      file.read(ByteBuffer.allocate(10));
      file.position(50);
      assertThat(file.write(ByteBuffer.wrap("hello".getBytes(UTF_8)))).isEqualTo(5);
      assertThat(file.position()).isEqualTo(55);
      var into = ByteBuffer.allocate(5);
      file.position(50).read(into);
      assertThat(into.array()).isEqualTo("hello".getBytes(UTF_8));
      assertThat(file.size()).isEqualTo(100_000);
    }
  }

  @Test
  void writesAtTheEndOfAFileOpenedToAppend(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("log"), "one ");

    try (var file = open(folder.path("log"), StandardOpenOption.APPEND)) {
      assertThat(file.position()).isEqualTo(4);
      file.write(ByteBuffer.wrap("two ".getBytes(UTF_8)));
      file.position(0);
      file.write(ByteBuffer.wrap("three".getBytes(UTF_8)));
      assertThat(file.position()).isEqualTo(13);
    }

    assertThat(folder.local("log")).hasContent("one two three");
  }

  @Test
  void writesWhatItsStreamsHoldBeforeAnyOtherCall(ServerFolder folder) throws IOException {
    try (var file =
        open(
            folder.path("file"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE)) {
      file.out().write("one ".getBytes(UTF_8));
      file.out().write('&');
      assertThat(file.position()).isEqualTo(5);
      file.write(ByteBuffer.wrap(" two ".getBytes(UTF_8)));
      file.out().write("and three".getBytes(UTF_8));
      assertThat(file.size()).isEqualTo(19);
      file.position(10).out().write("&  ".getBytes(UTF_8));
      assertThat(new String(file.position(0).in().readAllBytes(), UTF_8))
          .isEqualTo("one & two &   three");
      file.out().write(" and four".getBytes(UTF_8));
    }

    assertThat(folder.local("file")).hasContent("one & two &   three and four");
  }

  @Test
  void appendsWhatItsStreamHoldsWhenItIsClosed(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("log"), "one ");

    try (var file = open(folder.path("log"), StandardOpenOption.APPEND)) {
      file.out().write("two".getBytes(UTF_8));
    }

    assertThat(folder.local("log")).hasContent("one two");
  }

  @Test
  void truncatesAFileButNeverExtendsIt(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("file"), "0123456789");

    try (var file = open(folder.path("file"), StandardOpenOption.WRITE)) {
      file.position(8);
      file.truncate(20);
      assertThat(file.size()).isEqualTo(10);
      file.truncate(4);
      assertThat(file.position()).isEqualTo(4);
    }

    assertThat(folder.local("file")).hasContent("0123");
  }

  @Test
  void readsTheRestOfAFileThatShrinks(ServerFolder folder) throws IOException {
    Files.write(folder.local("file"), new byte[3_000_000]);

    try (var file = open(folder.path("file"))) {
      var into = ByteBuffer.allocate(1000);
      file.read(into);
      Files.write(folder.local("file"), new byte[1500]);
      long total = 1000;
      for (int n = file.read(into.clear()); n >= 0; n = file.read(into.clear())) {
        total += n;
      }
      assertThat(total).isGreaterThanOrEqualTo(1500).isLessThan(3_000_000);
    }
  }

  @Test
  void readsBytesAppendedAfterTheEndWasReached(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("log"), "one");

    try (var file = open(folder.path("log"))) {
      var into = ByteBuffer.allocate(100);
      assertThat(file.read(into)).isEqualTo(3);
      assertThat(file.read(into)).isEqualTo(-1);
      Files.writeString(folder.local("log"), "two", StandardOpenOption.APPEND);
      assertThat(file.read(into)).isEqualTo(3);
      assertThat(new String(into.array(), 0, 6, UTF_8)).isEqualTo("onetwo");
    }
  }

  @Test
  void readsBytesAppendedAfterAShortRead(ServerFolder folder) throws IOException {
    byte[] bytes = Trees.bytes(5, 700_000);
    Files.write(folder.local("log"), Arrays.copyOf(bytes, 40_000));

    try (var file = open(folder.path("log"));
        var in = file.in()) {
      assertThat(in.readNBytes(40_000)).isEqualTo(Arrays.copyOf(bytes, 40_000));
      Files.write(folder.local("log"), bytes);
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 40_000, bytes.length));
    }
  }

  @Test
  @Tag("long-on-openssh")
  void skipsInAFileThatReportsASizeOfZero(TestServer unused) throws IOException {
    var bytes = Trees.bytes(6, 100_000);
    var script = new ScriptedSftp().file("/file", bytes);
    script.onEvery(
        SftpType.FSTAT,
        (request, channel) ->
            channel.attrs(request.id(), new SftpEntry("file", 0, 0100644, 1_700_000_000)));
    try (var server = HostileServer.start(script)) {
      close();
      connect(server.server());
      try (var file = open("/file");
          var in = file.in()) {
        in.skipNBytes(99_000);
        assertThat(in.skip(500)).isEqualTo(500);
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 99_500, 100_000));
        assertThat(in.skip(1)).isZero();
      }
      close();
    }
  }

  @Test
  void setsAttributes(ServerFolder folder) throws IOException {
    Instant time = Instant.ofEpochSecond(1_000_000_000);
    try (var file =
        open(folder.path("file"), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      file.write(ByteBuffer.wrap(new byte[3]));
      file.chmod(600);
      file.setTimes(time, time);
      file.fsync();
      assertThat(file.stat().size()).isEqualTo(3);
      assertThat(file.stat().modified()).isEqualTo(time);
      assertThat(file.path()).isEqualTo(folder.path("file"));
    }

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.local("file"))))
        .isEqualTo("rw-------");
  }

  @Test
  void refusesReadsAndWritesThatItsModesLack(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("file"), "x");

    try (var in = open(folder.path("file"));
        var out = open(folder.path("file"), StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> in.write(ByteBuffer.allocate(1)))
          .isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> in.truncate(0)).isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> out.read(ByteBuffer.allocate(1)))
          .isInstanceOf(NonReadableChannelException.class);
      assertThatThrownBy(() -> in.position(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesEverythingOnceClosed(TestServer server, ServerFolder folder) throws IOException {
    Files.writeString(folder.local("file"), "x");
    var file = open(folder.path("file"));
    assertThat(file.isOpen()).isTrue();
    file.close();
    file.close();

    assertThat(file.isOpen()).isFalse();
    assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(file::size).isInstanceOf(ClosedChannelException.class);
    assertThat(server.openHandles()).isZero();
  }

  @Test
  void staysUsableAndClosableAfterAnInterrupt(TestServer server, ServerFolder folder)
      throws IOException {
    byte[] bytes = Trees.bytes(4, 1000);
    Files.write(folder.local("file"), bytes);
    var file = open(folder.path("file"));
    var into = ByteBuffer.allocate(1000);

    proxy.stall();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> file.read(into)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    proxy.resume();

    assertThat(file.read(into)).isEqualTo(1000);
    assertThat(into.array()).isEqualTo(bytes);
    proxy.stall();
    Thread.currentThread().interrupt();
    assertThatThrownBy(file::close).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    proxy.resume();
    io.github.jsftp.testing.Eventually.until("the handle", () -> server.openHandles() == 0);
  }

  @Test
  @Tag("long-on-openssh")
  void isReadAndWrittenIfTheServerCanNotReportItsSize(TestServer unused) throws IOException {
    var script =
        new ScriptedSftp()
            .file("/file", "text")
            .onEvery(SftpType.FSTAT, HostileReplies.status(8, "unsupported"));
    try (var server = HostileServer.start(script)) {
      close();
      connect(server.server());
      try (var file = open("/file", StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        assertThat(file.write(ByteBuffer.wrap("next".getBytes(UTF_8)))).isEqualTo(4);
        assertThat(new String(file.position(0).in().readAllBytes(), UTF_8)).isEqualTo("next");
        assertThatThrownBy(file::size).isInstanceOf(OperationNotSupportedException.class);
      }
      try (var file = open("/file", StandardOpenOption.APPEND)) {
        assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1)))
            .isInstanceOf(OperationNotSupportedException.class);
      }
      close();
    }
  }

  @Test
  @Tag("long-on-openssh")
  void mentionsTheServersDiskIfAWriteIsRefused(TestServer unused) throws IOException {
    var script = new ScriptedSftp().on(SftpType.WRITE, 1, HostileReplies.status(4, "Failure"));
    try (var server = HostileServer.start(script)) {
      close();
      connect(server.server());
      var file = open("/file", StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      file.write(ByteBuffer.wrap(new byte[1]));

      assertThatThrownBy(file::close)
          .hasMessage(
              "write /file: refused to write: is the server's disk or quota full?"
                  + " [SSH_FX_FAILURE, me@host:22]");
      close();
    }
  }

  @Test
  @Tag("long-on-openssh")
  void throwsTheFailureOfAWriteAtTheLatestWhenItIsClosed(TestServer unused) throws IOException {
    var script = new ScriptedSftp().on(SftpType.WRITE, 2, HostileReplies.status(4, "disk full"));
    try (var server = HostileServer.start(script)) {
      close();
      connect(server.server());
      var file = open("/file", StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      file.write(ByteBuffer.wrap(new byte[100_000]));

      assertThatThrownBy(file::close)
          .isInstanceOf(SftpException.class)
          .hasMessage("write /file: refused to write: disk full [SSH_FX_FAILURE, me@host:22]");
      file.close();
      io.github.jsftp.testing.Eventually.until("the handle", () -> script.openHandles() == 0);
      close();
    }
  }

  @Test
  @Tag("long-on-openssh")
  void throwsTheFailureOfAWriteOnceInTheNextCall(TestServer unused) throws IOException {
    var script = new ScriptedSftp().on(SftpType.WRITE, 1, HostileReplies.status(4, "disk full"));
    try (var server = HostileServer.start(script)) {
      close();
      connect(server.server());
      assertThatThrownBy(
              () -> {
                try (var file =
                    open("/file", StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
                  file.write(ByteBuffer.wrap(new byte[10]));
                  file.flush();
                }
              })
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("disk full")
          .hasNoSuppressedExceptions();
      close();
    }
  }

  @Test
  @Tag("long-on-openssh")
  void namesTheOperationInFailures(TestServer unused) throws IOException {
    var refused = HostileReplies.status(4, "no");
    var script =
        new ScriptedSftp()
            .file("/file", "text")
            .onEvery(SftpType.READ, refused)
            .onEvery(SftpType.FSETSTAT, refused)
            .onEvery(SftpType.FSTAT, refused);
    try (var server = HostileServer.start(script);
        var connection = Connection.connect(Connections.options(server.server()).build());
        var file = connection.open("/file", StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1)))
          .hasMessageStartingWith("read /file: ");
      assertThatThrownBy(file::stat).hasMessageStartingWith("stat /file: ");
      assertThatThrownBy(() -> file.chmod(600)).hasMessageStartingWith("chmod /file: ");
      assertThatThrownBy(() -> file.setTimes(Instant.EPOCH, Instant.EPOCH))
          .hasMessageStartingWith("setTimes /file: ");
      assertThatThrownBy(file::fsync).hasMessageStartingWith("fsync /file: ");
      script.onEvery(SftpType.FSTAT, script::usual);
      assertThatThrownBy(() -> file.truncate(1)).hasMessageStartingWith("truncate /file: ");
      script.onEvery(SftpType.WRITE, refused);
      file.write(ByteBuffer.allocate(1));
      assertThatThrownBy(file::flush).hasMessageStartingWith("write /file: ");
    }
  }

  @Test
  @Tag("long-on-openssh")
  void throwsTheFailureOfAFullDiskOnceFromAStream(TestServer unused) throws IOException {
    var script = new ScriptedSftp().diskFullAfter(100_000, 4);
    try (var server = HostileServer.start(script)) {
      close();
      connect(server.server());
      assertThatThrownBy(
              () -> {
                try (var file = open("/file", StandardOpenOption.WRITE, StandardOpenOption.CREATE);
                    var out = file.out()) {
                  for (int i = 0; i < 1000; i++) {
                    out.write(new byte[10_000]);
                  }
                }
              })
          .isInstanceOf(SftpException.class)
          .hasMessageStartingWith("write /file: ")
          .hasNoSuppressedExceptions();
      close();
    }
  }

  @Test
  @Tag("long-on-openssh")
  void throwsANewExceptionInEachCallAfterAFailedWrite(TestServer unused) throws IOException {
    var script = new ScriptedSftp().diskFullAfter(0, 4);
    try (var server = HostileServer.start(script)) {
      close();
      connect(server.server());
      var file = open("/file", StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      file.write(ByteBuffer.allocate(1));
      Throwable first = catchThrowable(file::flush);
      Throwable second = catchThrowable(file::flush);
      assertThat(second).isNotSameAs(first).hasSameClassAs(first).hasMessage(first.getMessage());
      file.close();
      close();
    }
  }

  @Test
  void writesNothingMoreAfterAnInterruptOfAStream(TestServer server, ServerFolder folder)
      throws IOException {
    var file = open(folder.path("file"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    var out = file.out();
    proxy.stall();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> out.write(new byte[20_000_000]))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    proxy.resume();
    assertThatThrownBy(
            () -> {
              out.write(1);
              out.flush();
            })
        .hasMessage("an earlier write was interrupted: some of its bytes may be missing");
    out.close();
    assertThat(Files.size(folder.local("file"))).isLessThan(20_000_000);
  }
}
