package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TreeResult;
import io.github.jsftp.VerificationException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@OnEachServer
@Timeout(300)
@Tag("long-on-openssh")
class ReconnectTest {
  /** So many names take several replies of a listing. */
  private static final int MANY = 400;

  @TempDir Path local;
  private FaultProxy proxy;

  @BeforeEach
  void listen(TestServer server) throws IOException {
    proxy = FaultProxy.to(server);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private Connection connect(TestServer server, ServerFolder remote) throws IOException {
    return Connection.connect(
        Connections.options(server, proxy.port()).defaultPath(remote.path()).build());
  }

  private interface Action {
    void on(Connection sftp) throws IOException;
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        call("stat", sftp -> assertThat(sftp.stat("f").size()).isEqualTo(4)),
        call("exists", sftp -> assertThat(sftp.exists("none")).isFalse()),
        call("mkdir", sftp -> sftp.mkdir("new")),
        call("rename", sftp -> sftp.rename("f", "g")),
        call("chmod", sftp -> sftp.chmod("f", 600)),
        call("setTimes", sftp -> sftp.setTimes("f", Instant.now(), Instant.now())),
        call("listdir", sftp -> assertThat(sftp.listdir()).contains("f")),
        call("glob", sftp -> assertThat(sftp.glob("f*")).hasSize(1)),
        call("writeString", sftp -> sftp.writeString("f", "more")),
        call("readString", sftp -> assertThat(sftp.readString("f")).isEqualTo("text")),
        call("checksum", sftp -> assertThat(sftp.checksum("f", "MD5")).hasSize(32)),
        call("copy", sftp -> sftp.copy("f", "g")),
        call("cd", sftp -> sftp.chdir("..")),
        call("execute", sftp -> assertThat(sftp.execute("echo x").stdout()).isEqualTo("x\n")),
        call("open", ReconnectTest::openAndRead));
  }

  private static Arguments call(String name, Action action) {
    return arguments(name, action);
  }

  private static void openAndRead(Connection sftp) throws IOException {
    try (var file = sftp.open("f", StandardOpenOption.READ)) {
      assertThat(file.read(ByteBuffer.allocate(10))).isEqualTo(4);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void servesTheNextCallAfterAnIdleDisconnect(
      String name, Action action, TestServer server, ServerFolder remote) throws IOException {
    Files.writeString(remote.local("f"), "text");
    try (var sftp = connect(server, remote)) {
      sftp.stat("f");
      proxy.cutNow();
      Eventually.until("the loss is known", () -> !sftp.isConnected());

      action.on(sftp);

      assertThat(sftp.isConnected()).isTrue();
      assertThat(proxy.connections()).isEqualTo(2);
    }
  }

  @Test
  void keepsItsWorkingDirectory(TestServer server, ServerFolder remote) throws IOException {
    try (var sftp = connect(server, remote)) {
      sftp.mkdir("in");
      sftp.chdir("in");
      proxy.cutNow();
      Eventually.until("the loss is known", () -> !sftp.isConnected());

      sftp.writeString("f", "text");

      assertThat(sftp.pwd()).isEqualTo(remote.path("in"));
      assertThat(remote.local("in/f")).hasContent("text");
      assertThat(sftp.remoteServerKey().fingerprint()).isIn(server.hostKeyFingerprints());
      assertThat(sftp.negotiated().cipherToServer()).isNotEmpty();
    }
  }

  @Test
  void servesTheNextCallWhenTheServerHasEndedIts(TestServer server, ServerFolder remote)
      throws IOException {
    Trees.file(remote.local("big"), 1, 1_000_000);
    try (var sftp = connect(server, remote)) {
      for (int i = 0; i < 3; i++) {
        sftp.stat("big");
        server.disconnectAll();
        assertThat(sftp.get("big", local.resolve("big")).bytes()).isEqualTo(1_000_000);
        server.disconnectAll();
        assertThat(sftp.stat("big").size()).isEqualTo(1_000_000);
      }
    }
  }

  static Stream<Arguments> walks() {
    return Stream.of(
        call("listdir", sftp -> assertThat(sftp.listdir("many")).hasSize(MANY)),
        call("glob", sftp -> assertThat(sftp.glob("many/**")).hasSize(MANY)),
        call(
            "walkTree",
            sftp -> {
              var count = new int[1];
              sftp.walkTree("many", file -> count[0]++, directory -> {}, other -> {});
              assertThat(count[0]).isEqualTo(MANY);
            }),
        call("copy", sftp -> sftp.copy("big", "copy")),
        call("checksum", sftp -> assertThat(sftp.checksum("big", "SHA-224")).hasSize(56)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("walks")
  void continuesLongOperations(String name, Action action, TestServer server, ServerFolder remote)
      throws IOException {
    Files.createDirectory(remote.local("many"));
    for (int i = 0; i < MANY; i++) {
      Files.createFile(remote.local("many/a rather long name for a file " + i));
    }
    Trees.file(remote.local("big"), 1, 3_000_000);
    long total;
    try (var sftp = connect(server, remote)) {
      long before = proxy.bytes(Direction.DOWN);
      action.on(sftp);
      total = proxy.bytes(Direction.DOWN) - before;
    }
    for (int i = 1; i < 4; i++) {
      try (var sftp = connect(server, remote)) {
        proxy.cutAfter(Direction.DOWN, total * i / 4);
        action.on(sftp);
      }
    }
    if (name.equals("copy")) {
      Trees.assertSameBytes(remote.local("copy"), remote.local("big"));
    }
    assertThat(remote.partFiles()).isEmpty();
  }

  @Test
  void continuesAMirror(TestServer server, ServerFolder remote) throws IOException {
    Path source = local.resolve("source");
    Trees.create(source, 5, 60, 20_000);
    Trees.create(remote.local("target"), 6, 40, 5_000);
    var mirror =
        TransferOptions.builder()
            .existing(TransferOptions.Existing.UPDATE)
            .deleteExtraneous(true)
            .build();
    try (var sftp = connect(server, remote)) {
      proxy.cutEvery(Direction.UP, 150_000, FaultProxy.Cut.RST);

      TreeResult result = sftp.putR(source, "target", mirror);

      assertThat(result.attempts()).isGreaterThan(1);
      Trees.assertEqual(remote.local("target"), source);
    }
  }

  @Test
  void doesNotSpliceASourceThatWasReplacedMeanwhile(TestServer server, ServerFolder remote)
      throws IOException {
    Trees.file(remote.local("big"), 1, 20_000_000);
    Path other = Trees.file(remote.local("other"), 2, 20_000_000);
    Files.setLastModifiedTime(other, FileTime.fromMillis(1_000_000_000));
    var options =
        TransferOptions.builder()
            .verify(TransferOptions.Verify.NONE)
            .progress(progress -> replaceOnce(remote, other))
            .build();
    try (var sftp = connect(server, remote)) {
      proxy.throttle(
          20_000_000); // one second for everything, so that the transfer is incomplete by then
      assertThatThrownBy(() -> sftp.get("big", local.resolve("big"), options))
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("the source changed while the connection was lost");
      assertThat(local).isEmptyDirectory();
    }
  }

  private void replaceOnce(ServerFolder remote, Path other) {
    if (Files.exists(other)) {
      try {
        Files.move(other, remote.local("big"), StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      proxy.cutNow();
    }
  }
}
