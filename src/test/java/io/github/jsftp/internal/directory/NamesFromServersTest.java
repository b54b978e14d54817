package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.jsftp.Connection;
import io.github.jsftp.OnError;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests what docs/security.md promises about names from the server. {@link UnsafeNamesTest} tests
 * trees with unsafe names, {@link IncompleteListingsTest} tests names that are too long and endless
 * listings, and {@code AwkwardNamesTest} tests wildcards.
 */
@LeakCheck
@Timeout(300)
class NamesFromServersTest {
  @TempDir Path local;
  private Path target;
  private Path outside;
  private ScriptedSftp script;
  private HostileServer server;

  @BeforeEach
  void start() throws IOException {
    target = local.resolve("target");
    outside = Files.createDirectory(local.resolve("outside"));
    Files.writeString(outside.resolve("old"), "old");
    script = new ScriptedSftp().file("/dir/x/old", "evil").file("/etc/passwd", "root");
    server = HostileServer.start(script);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    assertThat(outside.toFile().list()).containsExactly("old");
    assertThat(outside.resolve("old")).hasContent("old");
  }

  private Connection connect() throws IOException {
    return Connection.connect(Connections.options(server.server()).reconnect(false).build());
  }

  private interface Work {
    void on(Connection sftp) throws IOException;
  }

  static Stream<Arguments> namesAndWork() {
    List<Work> works =
        List.of(
            sftp -> sftp.listdir("/dir"),
            sftp -> sftp.walkTree("/dir", file -> {}, directory -> {}, other -> {}),
            sftp -> sftp.glob("/dir/**"),
            sftp -> sftp.glob("/dir/*"),
            sftp -> sftp.rmtree("/dir"));
    return Stream.of("../../etc/passwd", "/etc/passwd", "a/b", "", "a\0b")
        .flatMap(name -> works.stream().map(work -> arguments(name, work)));
  }

  @ParameterizedTest
  @MethodSource("namesAndWork")
  void areRefusedIfTheyLeadElsewhere(String name, Work work) throws IOException {
    script.listing("/dir", List.of(SftpEntry.file(name, 1)));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> work.on(sftp))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("/dir")
          .hasMessageContaining("it lists the unsafe name");
      assertThat(sftp.exists("/etc/passwd")).isTrue();
      assertThat(script.count(SftpType.REMOVE)).isZero();
      assertThat(script.count(SftpType.RMDIR)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "../outside/old", "/etc/passwd", "a/b", "", "a\0b"})
  void writeNothingOutsideTheTarget(String name) throws IOException {
    script.listing("/dir", List.of(SftpEntry.file(name, 1), SftpEntry.directory(name)));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.getR("/dir", target))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("it lists the unsafe name");
    }
    try (var paths = Files.walk(local)) {
      assertThat(paths.filter(path -> !path.equals(target)))
          .containsExactlyInAnyOrder(local, outside, outside.resolve("old"));
    }
  }

  @Test
  void neverIncludeDotAndDotDot() throws IOException {
    script.listing(
        "/dir",
        List.of(
            SftpEntry.directory(".."),
            SftpEntry.directory("."),
            SftpEntry.directory("x"),
            SftpEntry.file("..x", 0)));
    script.file("/dir/..x", "");
    try (var sftp = connect()) {
      assertThat(sftp.listdir("/dir")).containsExactly("..x", "x");
      sftp.getR("/dir", target);
    }
    assertThat(target.toFile().list()).containsExactlyInAnyOrder("..x", "x");
  }

  /** The server lists a name first as a link to elsewhere, then as a directory or a file. */
  @ParameterizedTest
  @EnumSource
  void createNoLinkThatIsWrittenThrough(OnError onError) throws IOException {
    script.onEvery(
        SftpType.READLINK,
        (request, channel) ->
            channel.names(
                request.id(), List.of(SftpEntry.file(outside.resolve("old").toString(), 0))));
    var copy = TransferOptions.builder().symlinks(Symlinks.COPY).onError(onError).build();
    script.file("/dir/old", "evil");
    script.listing("/dir", List.of(SftpEntry.link("old"), SftpEntry.file("old", 4)));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.getR("/dir", target, copy)).isInstanceOf(IOException.class);
      script.listing("/dir", List.of(SftpEntry.link("old")));
      sftp.getR("/dir", target, copy);
      assertThat(target.resolve("old")).isSymbolicLink();
      script.listing("/dir", List.of(SftpEntry.file("old", 4)));
      sftp.getR("/dir", target);
      assertThat(target.resolve("old")).isRegularFile();
    }
  }

  @ParameterizedTest
  @EnumSource
  void createNoLinkThatIsEntered(OnError onError) throws IOException {
    script.onEvery(
        SftpType.READLINK,
        (request, channel) ->
            channel.names(request.id(), List.of(SftpEntry.file(outside.toString(), 0))));
    var copy = TransferOptions.builder().symlinks(Symlinks.COPY).onError(onError).build();
    script.listing("/dir", List.of(SftpEntry.link("x"), SftpEntry.directory("x")));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.getR("/dir", target, copy)).isInstanceOf(IOException.class);
      script.listing("/dir", List.of(SftpEntry.link("x")));
      sftp.getR("/dir", target, copy);
      assertThat(target.resolve("x")).isSymbolicLink();
      script.listing("/dir", List.of(SftpEntry.directory("x")));
      assertThatThrownBy(() -> sftp.getR("/dir", target)).isInstanceOf(IOException.class);
      assertThat(target.resolve("x")).isSymbolicLink();
    }
  }

  @Test
  void reachNoTerminalWithControlCharacters() throws IOException {
    String name = "evil\u001b]0;title\u0007\u009b31m\u2028x";
    String shown = "evil?]0;title??31m?x";
    script.listing("/dir", List.of(SftpEntry.file(name, 4)));
    script.file("/dir/" + name, "text");
    script.onEvery(SftpType.OPEN, HostileReplies.status(3, "not\u001b[2J you"));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.getR("/dir", target))
          .hasMessageContaining("/dir/" + shown + ": permission denied")
          .hasMessageContaining("not?[2J you");
      assertThatThrownBy(() -> sftp.mkdir("/dir/" + name)).hasMessageContaining("/dir/" + shown);
      assertThat(sftp.listdirAttr("/dir").get(0).toString()).endsWith(shown);
    }
  }
}
