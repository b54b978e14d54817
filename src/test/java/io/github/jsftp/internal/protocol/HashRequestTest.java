package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.TestClient.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ScriptedSftp.Answer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@OnEachServer
@Timeout(300)
final class HashRequestTest {
  private static final List<String> ALL = List.of("SHA-256", "SHA-1", "MD5");
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

  private static byte[] digest(String algorithm, byte[] bytes, int from, int to) throws Exception {
    return MessageDigest.getInstance(algorithm).digest(Arrays.copyOfRange(bytes, from, to));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "SHA-1", "MD5", "SHA-512"})
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "OpenSSH digests nothing")
  void digestsAFileOnTheServer(String algorithm, TestServer server, ServerFolder folder)
      throws Exception {
    byte[] bytes = Trees.bytes(1, 100_000);
    Files.write(folder.local("file"), bytes);
    Files.createSymbolicLink(folder.local("link"), Path.of("file"));
    // MINA's check-file works only with handles of MINA's usual size.
    ((MinaServer) server).handleSize(MinaServer.USUAL_HANDLE_BYTES);
    try (var testClient = TestClient.to(server)) {
      for (String name : List.of("file", "link")) {
        Digests whole =
            get(testClient.sftp.hash(folder.path(name), List.of(algorithm), 100_000, 1 << 20));
        assertThat(whole.algorithm()).isEqualTo(algorithm);
        assertThat(whole.pieces()).containsExactly(digest(algorithm, bytes, 0, 100_000));
        Digests pieces =
            get(testClient.sftp.hash(folder.path(name), List.of(algorithm), 100_000, 65_536));
        assertThat(pieces.pieces())
            .containsExactly(
                digest(algorithm, bytes, 0, 65_536), digest(algorithm, bytes, 65_536, 100_000));
      }
      assertThatThrownBy(() -> get(testClient.sftp.hash(folder.path("none"), ALL, 1, 1)))
          .isInstanceOf(NoSuchPathException.class);
    } finally {
      ((MinaServer) server).handleSize(MinaServer.HANDLE_BYTES);
    }
    Eventually.until("the files are closed", () -> server.openHandles() == 0);
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MINA digests")
  void failsWithoutARequestIfTheServerHasNoExtension(TestServer server) throws Exception {
    try (var testClient = TestClient.to(server)) {
      assertThatThrownBy(() -> get(testClient.sftp.hash("/none", ALL, 1, 1)))
          .isInstanceOf(OperationNotSupportedException.class)
          .hasMessage("hash /none: the server does not support check-file [me@host:22]");
    }
  }

  private static Digests hash(ScriptedSftp script, List<String> algorithms) throws IOException {
    try (var server = HostileServer.start(script);
        var testClient = TestClient.to(server)) {
      try {
        return get(testClient.sftp.hash("/file", algorithms, 5, 1 << 20));
      } finally {
        Eventually.until("the file is closed", () -> script.openHandles() == 0);
      }
    }
  }

  /** Replies as servers do that support only one algorithm. */
  private static Answer answer(String name, String algorithm, byte[] digest, boolean counted) {
    return (request, channel) -> {
      var bytes = new ByteArrayOutputStream();
      var out = new DataOutputStream(bytes);
      out.writeInt(request.id());
      for (String text : List.of(name, algorithm)) {
        if (!text.isEmpty()) {
          out.writeInt(text.length());
          out.writeBytes(text);
        }
      }
      if (counted) {
        out.writeInt(digest.length);
      }
      out.write(digest);
      channel.packet(SftpType.EXTENDED_REPLY.code(), bytes.toByteArray());
    };
  }

  @ParameterizedTest
  @CsvSource({
    "check-file-handle, check-file, sha256, false",
    "check-file-name, check-file, sha256, true",
    "check-file, check-file, sha256, false",
    "check-file, '', sha256, false",
    "check-file-handle, check-file, SHA256, true",
    "check-file-handle, check-file, md5, false",
    "md5-hash-handle, md5-hash-handle, '', true",
    "md5-hash, md5-hash, '', true"
  })
  @Tag("long-on-openssh")
  void readsTheRepliesOfKnownServers(
      String extension, String name, String algorithm, boolean counted) throws Exception {
    String expected = algorithm.equalsIgnoreCase("sha256") ? "SHA-256" : "MD5";
    byte[] digest = digest(expected, HELLO, 0, 5);
    var script =
        new ScriptedSftp()
            .file("/file", HELLO)
            .extension(extension, "")
            .onEvery(SftpType.EXTENDED, answer(name, algorithm, digest, counted));
    Digests found = hash(script, ALL);
    assertThat(found.algorithm()).isEqualTo(expected);
    assertThat(found.pieces()).containsExactly(digest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "sha-256", "Sha-256"})
  @Tag("long-on-openssh")
  void asksForAlgorithmsInAnyCase(String algorithm) throws Exception {
    byte[] digest = digest("SHA-256", HELLO, 0, 5);
    var script =
        new ScriptedSftp()
            .file("/file", HELLO)
            .extension("check-file-name", "")
            .onEvery(SftpType.EXTENDED, answer("check-file", "sha256", digest, false));
    assertThat(hash(script, List.of(algorithm)).pieces()).containsExactly(digest);
  }

  @ParameterizedTest
  @CsvSource({"sha256, 20, 3", "sha1, 20, 1", "crc32, 4, 2", "sha256, 0, 3", "sha256, 64, 3"})
  @Tag("long-on-openssh")
  void rejectsAReplyOfAnotherAlgorithmOrLength(String algorithm, int length, int asked) {
    var script =
        new ScriptedSftp()
            .file("/file", HELLO)
            .extension("check-file-handle", "")
            .onEvery(SftpType.EXTENDED, answer("check-file", algorithm, new byte[length], false));
    List<String> algorithms = asked == 1 ? List.of("SHA-256") : ALL;
    assertThatThrownBy(() -> hash(script, algorithms))
        .isExactlyInstanceOf(SftpException.class)
        .hasMessageContaining(
            "hash /file: the server breaks the protocol: a digest of "
                + length
                + " bytes for "
                + algorithm
                + " where "
                + algorithms
                + " was asked for");
  }

  @Test
  @Tag("long-on-openssh")
  void neverRequestsMd5InPlaceOfAnotherAlgorithm() {
    var script = new ScriptedSftp().file("/file", HELLO).extension("md5-hash", "");
    assertThatThrownBy(() -> hash(script, List.of("SHA-256")))
        .isInstanceOf(OperationNotSupportedException.class);
    assertThat(script.count(SftpType.EXTENDED)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "\u0000\u0000\u0000"})
  @Tag("long-on-openssh")
  void ignoresMalformedSupported2(String data) throws Exception {
    var script =
        new ScriptedSftp()
            .file("/file", HELLO)
            .extension("supported2", data)
            .extension("md5-hash", "")
            .onEvery(SftpType.EXTENDED, answer("md5-hash", "", digest("MD5", HELLO, 0, 5), true));
    assertThat(hash(script, ALL).algorithm()).isEqualTo("MD5");
  }
}
