package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ServerChannel;
import io.github.jsftp.testing.SftpRequest;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The number of channels that are opened. */
@Timeout(300)
class ChannelCountsTest {
  private static final int FILES = 1_000;

  @TempDir Path local;
  private ScriptedSftp script;
  private HostileServer server;
  private int channelsBefore;

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

  /** Delays the opening of one file until there are this many channels. */
  private void hold(int opening, int channels) {
    script.on(
        SftpType.OPEN,
        script.count(SftpType.OPEN) + opening,
        (request, channel) -> {
          Eventually.holds(Duration.ofSeconds(30), () -> server.channels() >= channels);
          script.usual(request, channel);
        });
  }

  @Test
  void opensAllAllowedChannelsToADistantServer() throws IOException {
    hold(FILES, 8);
    try (var proxy = FaultProxy.to(server.server()).delay(Duration.ofMillis(10));
        var sftp = Connection.connect(Connections.options(server.server(), proxy.port()).build())) {
      sftp.getR("/tree", local.resolve("tree"));
    }
    assertThat(server.channels()).isEqualTo(8);
  }

  @Test
  void opensChannelsTogetherWithABigFile() throws IOException {
    Path source = Trees.file(local.resolve("big"), 1, 10_000_000);
    byte[] bytes = Files.readAllBytes(source);
    try (var proxy = FaultProxy.to(server.server()).delay(Duration.ofMillis(10))) {
      script.on(SftpType.OPEN, 1, this::openOnceThereAreChannels);
      try (var sftp =
          Connection.connect(Connections.options(server.server(), proxy.port()).build())) {
        assertThat(sftp.put(source, "/new").attempts()).isEqualTo(1);
      }
      assertThat(script.content("/new")).isEqualTo(bytes);

      script.on(SftpType.OPEN, script.count(SftpType.OPEN) + 1, this::openOnceThereAreChannels);
      channelsBefore = server.channels();
      try (var sftp =
          Connection.connect(Connections.options(server.server(), proxy.port()).build())) {
        assertThat(sftp.get("/new", local.resolve("back")).attempts()).isEqualTo(1);
      }
      Trees.assertSameBytes(local.resolve("back"), bytes);
    }
  }

  private void openOnceThereAreChannels(SftpRequest request, ServerChannel channel)
      throws IOException {
    Eventually.until("there are channels", () -> server.channels() > channelsBefore + 1);
    script.usual(request, channel);
  }

  @Test
  void opensOneChannelForASmallFile() throws IOException {
    try (var proxy = FaultProxy.to(server.server()).delay(Duration.ofMillis(10));
        var sftp = Connection.connect(Connections.options(server.server(), proxy.port()).build())) {
      sftp.get("/small", local.resolve("small"));
      Eventually.until("no channel is being opened", ChannelCountsTest::opensNothing);
    }
    assertThat(server.channels()).isEqualTo(1);
  }

  private static boolean opensNothing() {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(thread -> thread.getName().startsWith("jsftp-open"));
  }
}
