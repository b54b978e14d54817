package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.OnError;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings that are incomplete or endless. */
@Timeout(300)
class IncompleteListingsTest {
  @TempDir Path local;
  private ScriptedSftp script;
  private HostileServer server;

  @BeforeEach
  void start() throws IOException {
    script = new ScriptedSftp().file("/top/a", "a").directory("/top/dir").file("/top/z", "z");
    server = HostileServer.start(script);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Connection connect() throws IOException {
    return Connection.connect(Connections.options(server.server()).reconnect(false).build());
  }

  @Test
  void areNoEmptyDirectoriesIfSearchIsDenied() throws IOException {
    refuseToSearch();
    Path target = local.resolve("target");
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.listdir("/top/dir"))
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageStartingWith("listdir /top/dir: permission denied");
      assertThatThrownBy(() -> sftp.getR("/top", target))
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageStartingWith("getR /top/dir: permission denied");
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
  }

  /** Responds as OpenSSH does for a directory of mode r--, whose entries have no attributes. */
  private void refuseToSearch() {
    for (SftpType type : List.of(SftpType.LSTAT, SftpType.STAT, SftpType.OPENDIR)) {
      script.onEvery(
          type,
          (request, channel) -> {
            if (request.rewound().string().endsWith("/.")) {
              channel.status(request.id(), 3, "Permission denied");
            } else {
              script.usual(request, channel);
            }
          });
    }
  }

  @Test
  void keepAMirrorFromDeleting() throws IOException {
    refuseToSearch();
    Path kept = Files.createDirectories(local.resolve("target/dir")).resolve("kept");
    Files.writeString(kept, "kept");
    var mirror =
        TransferOptions.builder()
            .existing(Existing.UPDATE)
            .deleteExtraneous(true)
            .onError(OnError.CONTINUE)
            .build();
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.getR("/top", local.resolve("target"), mirror))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("1 of 3 failed: dir; extraneous entries were not deleted");
    }
    assertThat(kept).hasContent("kept");
    assertThat(local.resolve("target/z")).hasContent("z");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void areEmptyIfTheServerDoesNotSupportDot(int status) throws IOException {
    script.onEvery(SftpType.LSTAT, HostileReplies.status(status, "no such name"));
    try (var sftp = connect()) {
      assertThat(sftp.listdir("/top/dir")).isEmpty();
      assertThat(sftp.getR("/top", local.resolve("target")).transferred()).isEqualTo(2);
    }
  }

  static Stream<List<SftpEntry>> answers() {
    return Stream.of(
        List.of(SftpEntry.directory(".")),
        List.of(SftpEntry.directory(".."), SftpEntry.directory(".")),
        List.of(SftpEntry.file("same", 1)),
        List.of(SftpEntry.directory("."), SftpEntry.file("one", 1), SftpEntry.file("two", 1)));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void endIfTheServerRepeatsItselfForEver(List<SftpEntry> answer) throws IOException {
    var sent = new AtomicInteger();
    script.onEvery(
        SftpType.READDIR,
        (request, channel) ->
            channel.names(
                request.id(),
                sent.incrementAndGet() == 1 ? List.of(SftpEntry.file("first", 1)) : answer));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.listdir("/top"))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining(
              "listdir /top: the server breaks the protocol: its listing repeats");
      assertThatThrownBy(() -> sftp.list("/top").count())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("its listing repeats");
      Eventually.until("all is closed", () -> script.openHandles() == 0);
      assertThat(sftp.stat("/top/a").size()).isEqualTo(1);
    }
  }

  @Test
  void endIfTheServerStartsOverForEver() throws IOException {
    script.onEvery(
        SftpType.READDIR,
        (request, channel) ->
            channel.names(
                request.id(),
                List.of(SftpEntry.file("f" + script.count(SftpType.READDIR) % 7, 1))));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.listdir("/top"))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("its listing repeats");
    }
  }

  @Test
  void haveNoNamesOfOver64KiB() throws IOException {
    script.listing("/top", List.of(SftpEntry.file("x".repeat(65_537), 1)));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.listdir("/top"))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("a name of 65537 bytes, where 65536 are allowed");
    }
  }
}
