package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All kinds of operations over a connection that grants few channels. */
@OnEachServer
@Timeout(300)
class FewChannelsTest {
  @TempDir Path local;

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MaxSessions is a setting of sshd")
  void logsInOnceIfToldSo() throws Exception {
    try (var server = OpenSshServer.start("MaxSessions 1");
        var sftp = Connection.connect(Connections.options(server).maxSessions(1).build())) {
      assertThatThrownBy(() -> sftp.execute("true"))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith(
              "execute: the server grants no further channel, and maxSessions(1) allows no further"
                  + " session [");
      assertThat(sftp.listdir()).isEmpty();
      sftp.mkdir("d");
      sftp.symlink("d", "link");
      assertThat(sftp.stat("link").isDir()).isTrue();
      assertThat(sftp.readlink("link")).endsWith("/d");
      sftp.remove("link");
      sftp.rmdir("d");
      assertThat(sftp.exists("d")).isFalse();
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MaxSessions is a setting of sshd")
  void namesTheMaximumOfSessionsThatIsReached() throws Exception {
    try (var server = OpenSshServer.start("MaxSessions 1");
        var sftp = Connection.connect(Connections.options(server).maxSessions(2).build());
        var file = sftp.open("open", StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      sftp.exists("open");
      assertThatThrownBy(() -> sftp.execute("true"))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith(
              "execute: the server grants no further channel, and maxSessions(2) allows no further"
                  + " session [");
      assertThat(file.size()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MaxSessions is a setting of sshd")
  void doesEverythingOnOneConnection(int channels) throws Exception {
    doEverything(channels, 20, 9_000_000);
  }

  @Test
  @Tag("long")
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MaxSessions is a setting of sshd")
  void doesEverythingOnThreeChannels() throws Exception {
    doEverything(3, 60, 20_000_000);
  }

  private void doEverything(int channels, int files, int size) throws Exception {
    Path tree = local.resolve("tree");
    Trees.create(tree, 5, files, 20_000);
    Path big = Trees.file(local.resolve("big"), 1, size);
    try (var server = OpenSshServer.start("MaxSessions " + channels)) {
      try (var sftp = Connection.connect(Connections.options(server).build())) {
        assertThat(sftp.listdir()).isEmpty();
        sftp.put(big, "big");
        assertThat(sftp.stat("big").size()).isEqualTo(size);
        try (var file = sftp.open("open", StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          file.write(ByteBuffer.wrap("first ".getBytes(StandardCharsets.UTF_8)));
          assertThat(sftp.execute("echo hello").stdout()).isEqualTo("hello\n");
          assertThat(sftp.exists("open")).isTrue();
          sftp.putR(tree, "tree");
          sftp.getR("tree", local.resolve("back"));
          sftp.get("big", local.resolve("big.back"));
          assertThat(sftp.checksum("big", "SHA-256")).hasSize(64);
          assertThat(sftp.execute("echo again").stdout()).isEqualTo("again\n");
          file.write(ByteBuffer.wrap("second".getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(sftp.readString("open")).isEqualTo("first second");
        Trees.assertEqual(local.resolve("back"), tree);
        assertThat(Files.mismatch(big, local.resolve("big.back"))).isEqualTo(-1);
        sftp.rename("open", "renamed");
        sftp.rmtree("tree");
        sftp.remove("big");
        assertThat(sftp.listdir()).containsExactly("renamed");
      }
      server.awaitIdle();
    }
  }
}
