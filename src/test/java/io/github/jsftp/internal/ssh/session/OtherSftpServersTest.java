package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.jcraft.jsch.ChannelSftp;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.FileInfo;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.FailedConnects;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SFTP servers that are a command, or a subsystem with another name, on a real sshd. */
@LeakCheck
@Timeout(300)
class OtherSftpServersTest {
  @TempDir private Path dir;
  private static OpenSshServer server;

  @BeforeAll
  static void start() throws IOException {
    server = OpenSshServer.start("Subsystem other " + OpenSshServer.sftpServer());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ConnectionOptions.Builder options(String way) {
    var options = Ssh.options(server).defaultPath(server.home().toString());
    return way.equals("command")
        ? options.sftpServer("cd /; " + OpenSshServer.sftpServer() + " -u 0022")
        : options.subsystem("other");
  }

  private static Connection connect(ConnectionOptions.Builder options) throws IOException {
    return Connection.connect(options.build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"command", "subsystem"})
  void haveAllOperations(String way) throws IOException {
    try (Connection sftp = connect(options(way))) {
      sftp.mkdir("dir");
      sftp.mkdir("private", 700);
      sftp.put(Files.writeString(dir.resolve("local"), "hello"), "dir/file");
      assertThat(sftp.stat("dir/file").size()).isEqualTo(5);
      assertThat(sftp.lstat("dir").isDir()).isTrue();
      assertThat(sftp.exists("dir/none")).isFalse();
      sftp.symlink("file", "dir/link");
      assertThat(sftp.readlink("dir/link")).isEqualTo(server.home() + "/dir/file");
      assertThat(sftp.lstat("dir/link").isLink()).isTrue();
      sftp.hardlink("dir/file", "dir/second");
      assertThat(sftp.normalize("dir/../dir/second"))
          .isEqualTo(server.home().toRealPath() + "/dir/second");
      assertThat(sftp.statvfs(".").totalSpace())
          .isEqualTo(Files.getFileStore(server.home()).getTotalSpace());
      assertThat(sftp.statvfs(".").maxNameLength()).isEqualTo(255);
      sftp.chmod("dir/file", 600);
      assertThat(sftp.stat("dir/file").mode()).isEqualTo(600);
      sftp.rename("dir/second", "dir/third");
      sftp.remove("dir/third");
      assertThat(sftp.list("dir").map(FileInfo::name)).containsExactlyInAnyOrder("file", "link");
      sftp.rmtree("dir");
      sftp.rmdir("private");
      assertThat(sftp.execute("echo hi").stdout()).isEqualTo("hi\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"command", "subsystem"})
  void carryBigFilesOverSeveralChannels(String way) throws IOException {
    byte[] content = Trees.bytes(1, 9 << 20);
    Path local = Files.write(dir.resolve("big"), content);
    try (Connection sftp = connect(options(way))) {
      sftp.put(local, "big");
      sftp.get("big", dir.resolve("back"));
      sftp.remove("big");
    }
    Trees.assertSameBytes(dir.resolve("back"), content);
  }

  private interface Action {
    void run(Connection sftp) throws IOException;
  }

  @Test
  void failAsTheUsualOneDoes() throws IOException {
    try (var usual = OpenSshServer.start();
        Connection plain = connect(Ssh.options(usual));
        Connection other =
            connect(Ssh.options(usual).sftpServer(OpenSshServer.sftpServer().toString()))) {
      other.chdir(usual.home().toString());
      plain.mkdir("full");
      plain.put(Files.writeString(dir.resolve("local"), "x"), "full/file");
      List<Action> failing =
          List.of(
              sftp -> sftp.mkdir("full"),
              sftp -> sftp.mkdir("none/sub"),
              sftp -> sftp.rmdir("full"),
              sftp -> sftp.rmdir("full/file"),
              sftp -> sftp.rmdir("none"),
              sftp -> sftp.remove("full"),
              sftp -> sftp.remove("none"),
              sftp -> sftp.stat("none"),
              sftp -> sftp.stat("full/file/"),
              sftp -> sftp.lstat("none"),
              sftp -> sftp.readlink("full/file"),
              sftp -> sftp.readlink("none"),
              sftp -> sftp.symlink("x", "full"),
              sftp -> sftp.symlink("x", "none/link"),
              sftp -> sftp.hardlink("full/file", "full"),
              sftp -> sftp.hardlink("none", "link"),
              sftp -> sftp.hardlink("full/file", "none/link"),
              sftp -> sftp.chmod("none", 600),
              sftp -> sftp.setTimes("none", Instant.EPOCH, Instant.EPOCH),
              sftp -> sftp.normalize("none/sub"),
              sftp -> sftp.statvfs("none"),
              sftp -> sftp.mkdir("n".repeat(300)));
      for (int i = 0; i < failing.size(); i++) {
        Action action = failing.get(i);
        Throwable expected = catchThrowable(() -> action.run(plain));
        assertThat(catchThrowable(() -> action.run(other)))
            .as("action %d", i)
            .hasSameClassAs(expected)
            .hasMessage(expected.getMessage());
      }
    }
  }

  @Test
  void canBeStartedWhereThereIsNoSubsystem() {
    assertThatThrownBy(() -> connect(Ssh.options(server)))
        .isInstanceOf(ConnectionException.class)
        .hasMessage(
            "connect: the server has no SFTP subsystem; if it has the program,"
                + " sftpServer(\"/usr/lib/openssh/sftp-server\") starts it [%s]",
            Ssh.peer(server));
  }

  @Test
  void areQuotedIfTheyDoNotStart() {
    var failing = Ssh.options(server).sftpServer("echo no way >&2; exit 3");
    assertThat(FailedConnects.ofEndedProgram(() -> connect(failing)))
        .hasMessageStartingWith(
            "connect: the server ended SFTP before it began: its exit status is 3, and it said"
                + " 'no way'");
    var missing = Ssh.options(server).sftpServer("/no/such/program");
    assertThat(FailedConnects.ofEndedProgram(() -> connect(missing)))
        .hasMessageContaining("its exit status is 127, and it said '");
  }

  @Test
  void areNamedIfTheyPrintText() {
    assertThatThrownBy(
            () ->
                connect(
                    Ssh.options(server)
                        .sftpServer("echo Welcome to it; " + OpenSshServer.sftpServer())))
        .hasMessageContaining("Welcome");
  }

  @Test
  void haveNoChannelSftp() throws IOException {
    try (Connection sftp = connect(options("command"))) {
      assertThatThrownBy(() -> sftp.unwrap(ChannelSftp.class))
          .isInstanceOf(OperationNotSupportedException.class);
    }
  }

  @Test
  void areStartedAgainAfterALoss() throws IOException {
    try (Connection sftp = connect(options("command"))) {
      server.disconnectAll();
      assertThat(sftp.exists(".")).isTrue();
      server.programs("sftp-server").forEach(ProcessHandle::destroyForcibly);
      assertThat(sftp.stat(".").isDir()).isTrue();
    }
  }
}
