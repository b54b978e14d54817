package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.Await;
import io.github.jsftp.testing.Client;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many channels are worth having. */
@Timeout(60)
class ChannelCountsTest {
  private static final int FILES = 1_000;
  private static final long NEAR_NANOS = 4_000_000;

  @TempDir Path local;
  private ScriptedSftp script;
  private HostileServer server;

  @BeforeEach
  void start() throws IOException {
    script = new ScriptedSftp().file("/small", new byte[1024]);
    for (int i = 0; i < FILES; i++) {
      script.file("/tree/f" + i, "x");
    }
    server = HostileServer.start(script);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void areFourAtMostToANearServer() throws IOException {
    try (var sftp = Connection.connect(Client.options(server.server()).build())) {
      try (var file = sftp.open("/small")) {
        Await.until("an answer comes as from near", () -> nanosToRead(file) < NEAR_NANOS);
      }
      script.onEvery(
          SftpType.OPEN,
          (request, channel) -> {
            LockSupport.parkNanos(1_000_000); // so that there is much to do for long
            script.usual(request, channel);
          });
      hold(FILES * 9 / 10, 2);
      sftp.getR("/tree", local.resolve("tree"));
      Await.until("no channel is being opened", ChannelCountsTest::opensNothing);
    }
    assertThat(server.channels()).isBetween(2, 4);
  }

  private static long nanosToRead(RemoteFile file) {
    try {
      long since = System.nanoTime();
      file.position(0).read(ByteBuffer.allocate(1));
      return System.nanoTime() - since;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has the opening of one of the files wait until there are so many channels. */
  private void hold(int opening, int channels) {
    script.on(
        SftpType.OPEN,
        script.count(SftpType.OPEN) + opening,
        (request, channel) -> {
          Await.holds(Duration.ofSeconds(30), () -> server.channels() >= channels);
          script.usual(request, channel);
        });
  }

  @Test
  void areAllThatMayBeToADistantServer() throws IOException {
    hold(FILES, 8);
    try (var proxy = FaultProxy.to(server.server()).delay(Duration.ofMillis(10));
        var sftp = Connection.connect(Client.options(server.server(), proxy.port()).build())) {
      sftp.getR("/tree", local.resolve("tree"));
    }
    assertThat(server.channels()).isEqualTo(8);
  }

  @Test
  void areAskedForWithABigUploadAndNotOnlyOnceItIsOpen() throws IOException {
    Path source = Trees.file(local.resolve("big"), 1, 40_000_000);
    script.on(
        SftpType.OPEN,
        1,
        (request, channel) -> {
          Await.until("there are channels", () -> server.channels() > 3);
          script.usual(request, channel);
        });
    try (var proxy = FaultProxy.to(server.server()).delay(Duration.ofMillis(10));
        var sftp = Connection.connect(Client.options(server.server(), proxy.port()).build())) {
      assertThat(sftp.put(source, "/new").attempts()).isEqualTo(1);
    }
    assertThat(script.content("/new")).isEqualTo(Files.readAllBytes(source));
  }

  @Test
  void isOneForASmallFile() throws IOException {
    try (var proxy = FaultProxy.to(server.server()).delay(Duration.ofMillis(10));
        var sftp = Connection.connect(Client.options(server.server(), proxy.port()).build())) {
      sftp.get("/small", local.resolve("small"));
      Await.until("no channel is being opened", ChannelCountsTest::opensNothing);
    }
    assertThat(server.channels()).isEqualTo(1);
  }

  private static boolean opensNothing() {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(thread -> thread.getName().startsWith("jsftp-open"));
  }
}
