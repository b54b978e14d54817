package io.github.jsftp.internal.transfer.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ScriptedSftp.Answer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnEachServer
@Timeout(300)
final class VerifyContentTest {
  private static final TransferOptions BY_CONTENT =
      TransferOptions.builder().verify(Verify.CONTENT).build();

  @TempDir Path local;

  @Test
  @Tag("long")
  void acceptsABigEqualFile(TestServer server, ServerFolder remote) throws Exception {
    acceptsEqualFiles(70_000_000, server, remote);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32_769, 3_000_000})
  void acceptsEqualFiles(int size, TestServer server, ServerFolder remote) throws Exception {
    Path file = Trees.file(local.resolve("a"), 1, size);
    try (var sftp = Connections.connect(server, remote)) {
      sftp.put(file, "b", BY_CONTENT);
      sftp.get("b", local.resolve("c"), BY_CONTENT);
      assertThat(sftp.checksum("b", "SHA-256")).isEqualTo(sha256(Files.readAllBytes(file)));
    }
    Trees.assertSameBytes(remote.local("b"), file);
    Trees.assertSameBytes(local.resolve("c"), file);
    assertThat(remote.partFiles()).isEmpty();
  }

  @Test
  @Tag("long-on-mina")
  void acceptsEqualTreesStreamsAndLinks(TestServer server, ServerFolder remote) throws Exception {
    Path tree = local.resolve("tree");
    Trees.create(tree, 9, 60, 30_000);
    Trees.createAwkward(tree.resolve("awkward"));
    byte[] bytes = Trees.bytes(4, 500_000);
    try (var sftp = Connections.connect(server, remote)) {
      sftp.putR(tree, "t", BY_CONTENT);
      sftp.getR("t", local.resolve("to"), BY_CONTENT);
      sftp.put(new ByteArrayInputStream(bytes), "s", BY_CONTENT);
      sftp.symlink("s", "link");
      var out = new ByteArrayOutputStream();
      sftp.get("link", out, BY_CONTENT);
      assertThat(out.toByteArray()).isEqualTo(bytes);
      sftp.get("link", local.resolve("l"), BY_CONTENT);
      sftp.put(local.resolve("l"), "link", BY_CONTENT);
      assertThat(sftp.isLink("link")).isTrue();
    }
    Trees.assertEqual(remote.local("t"), tree);
    Trees.assertEqual(local.resolve("to"), tree);
    assertThat(remote.partFiles()).isEmpty();
  }

  @Test
  void reportsThatReadingBackIsDenied(TestServer server, ServerFolder remote) throws Exception {
    org.junit.jupiter.api.Assumptions.assumeFalse(
        System.getProperty("user.name").equals("root"), "root may read everything");
    Path file = Files.writeString(local.resolve("a"), "hello");
    Files.writeString(remote.local("b"), "old");
    Files.setPosixFilePermissions(
        remote.local("b"), java.nio.file.attribute.PosixFilePermissions.fromString("-w-------"));
    try (var sftp = Connections.connect(server, remote)) {
      assertThatThrownBy(() -> sftp.put(file, "b", BY_CONTENT))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("the content can't be verified: permission denied");
    }
    assertThat(remote.partFiles()).isEmpty();
  }

  private static Connection connect(HostileServer server) throws IOException {
    return Connection.connect(Connections.options(server.server()).defaultPath("/").build());
  }

  /** Stores every block with its last bit flipped, but with the right size. */
  private static Answer storesWrongly(ScriptedSftp script) {
    return (request, channel) -> {
      String handle = request.string();
      long offset = request.uint64();
      byte[] bytes = request.bytes();
      bytes[bytes.length - 1] ^= 1;
      script.usual(request.withFields(handle, offset, bytes), channel);
    };
  }

  @Test
  @Tag("long-on-openssh")
  void noticesAnUploadThatIsStoredWrongly() throws Exception {
    var script = new ScriptedSftp().file("/b", "old");
    script.onEvery(SftpType.WRITE, storesWrongly(script));
    Path file = Files.writeString(local.resolve("a"), "hello");
    try (var server = HostileServer.start(script);
        var sftp = connect(server)) {
      sftp.put(file, "/silent");
      assertThat(script.content("/silent")).isEqualTo("helln".getBytes(UTF_8));
      assertThatThrownBy(() -> sftp.put(file, "/b", BY_CONTENT))
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining(
              "put /b: the content that arrived differs from what was sent, in bytes 0 to 5");
      assertThatThrownBy(() -> sftp.put(new ByteArrayInputStream(new byte[9]), "/b", BY_CONTENT))
          .isInstanceOf(VerificationException.class);
      assertThat(script.content("/b")).isEqualTo("old".getBytes(UTF_8));
      assertThat(script.names("/")).containsExactly("b", "silent");
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
  }

  @Test
  @Tag("long-on-openssh")
  void noticesADownloadThatIsReadWrongly() throws Exception {
    var script = new ScriptedSftp().file("/b", "hello");
    Answer wrongly = (request, channel) -> channel.data(request.id(), "hellp".getBytes(UTF_8));
    script.on(SftpType.READ, 1, wrongly);
    Path file = Files.writeString(local.resolve("a"), "old");
    try (var server = HostileServer.start(script);
        var sftp = connect(server)) {
      sftp.get("/b", local.resolve("silent"));
      assertThat(local.resolve("silent")).hasContent("hellp");
      script.resetCounts();
      script.on(SftpType.READ, 1, wrongly);
      assertThatThrownBy(() -> sftp.get("/b", file, BY_CONTENT))
          .isInstanceOf(VerificationException.class);
    }
    assertThat(file).hasContent("old");
    assertThat(local.toFile().list()).containsExactlyInAnyOrder("a", "silent");
  }

  @Test
  @Tag("long-on-openssh")
  void readsBackIfTheServersDigestIsUnusable() throws Exception {
    var script =
        new ScriptedSftp()
            .extension("check-file-handle", "")
            .onEvery(
                SftpType.EXTENDED,
                (request, channel) -> channel.status(request.id(), 4, "not today"));
    Path file = Files.writeString(local.resolve("a"), "hello");
    try (var server = HostileServer.start(script);
        var sftp = connect(server)) {
      sftp.put(file, "/b", BY_CONTENT);
      assertThat(sftp.checksum("/b", "SHA-256")).isEqualTo(sha256("hello".getBytes(UTF_8)));
      Eventually.until("the handle is closed", () -> script.openHandles() == 0);
    }
    assertThat(script.content("/b")).isEqualTo("hello".getBytes(UTF_8));
    assertThat(script.count(SftpType.EXTENDED)).isEqualTo(2);
    assertThat(script.count(SftpType.READ)).isPositive();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
