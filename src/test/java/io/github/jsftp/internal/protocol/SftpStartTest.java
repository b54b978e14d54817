package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FailedConnects;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Users;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that runs something else instead of SFTP. */
@Timeout(300)
class SftpStartTest {
  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource({
    "exit 3, the server ended SFTP before it began: its exit status is 3; an expired password",
    "/bin/false, 'the server ended SFTP before it began: its exit status is 1; an expired password,"
        + " a shell such as nologin, a forced command or'",
    "/usr/sbin/nologin, 'received \"This account is currently not available.\" where SFTP should'",
    "'printf ok', 'received \"ok\" where SFTP should start'",
    "'printf \"\\033[31mred alert\\033[0m\\n"
        + "\"', 'received \"?[31mred alert?[0m\" where SFTP should start'"
  })
  void isReportedInTheServersWords(String command, String message) throws Exception {
    Path script = Files.writeString(temporary.resolve("script"), command + "\n");
    tells(message, "Subsystem sftp /bin/sh " + script);
  }

  @ParameterizedTest
  @CsvSource({
    "true, 'the server ended SFTP before it began: its exit status is 0; an expired password'",
    "'echo no sftp here; exit 5', 'received \"no sftp here\" where SFTP should start'"
  })
  void isReportedForAForcedCommand(String command, String message) throws Exception {
    for (int i = 0; i < 2; i++) { // the timing of the channel's end varies
      try (var server = OpenSshServer.start("ForceCommand " + command)) {
        assertThatThrownBy(() -> Connection.connect(Connections.options(server).build()))
            .isInstanceOf(ConnectionException.class)
            .message()
            .satisfiesAnyOf(
                text -> assertThat(text).contains(message),
                text -> // sshd ends the session if the channel is closed while we send
                assertThat(text)
                        .contains("nonexistent channel")
                        .contains("; a common cause is a forced command that ends at once ["));
        server.awaitIdle();
      }
    }
  }

  /** sshd changes root's directory later than that of other users, who lose the whole session. */
  @Test
  @EnabledIf("isRoot")
  void isReportedForAMissingChrootDirectory() throws Exception {
    tells(
        "the server ended SFTP before it began: its exit status is 255;", "ChrootDirectory /none");
  }

  @Test
  void isReportedForAChrootDirectoryWritableByOthers() throws Exception {
    try (var users = new Users("jtrooted").group("jtroots").user("jtrooted", "jtroots");
        var server = OpenSshServer.startFor("jtrooted", "ChrootDirectory /tmp")) {
      assertThatThrownBy(() -> Connection.connect(Connections.options(server).build()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("the session ended right after the login (")
          .hasMessageContaining(
              "); a common cause is a ChrootDirectory that is missing or writable by others");
    }
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @Test
  void isReportedForASessionThatEndsRightAfterTheLogin() throws Exception {
    var hangUp =
        new ChannelSessionFactory() {
          @Override
          public Channel createChannel(Session session) {
            session.close(true);
            return new ChannelSession();
          }
        };
    try (var server = MinaServer.start(it -> it.setChannelFactories(List.of(hangUp)))) {
      assertThatThrownBy(() -> Connection.connect(Connections.options(server).build()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("connection lost: the session ended right after the login (")
          .hasMessageContaining(
              "); a common cause is a ChrootDirectory that is missing or writable by others");
    }
  }

  private static void tells(String message, String configuration) throws Exception {
    try (var server = OpenSshServer.start(configuration)) {
      Throwable failure =
          FailedConnects.ofEndedProgram(
              () -> Connection.connect(Connections.options(server).build()));
      assertThat(failure).hasMessageContaining(message);
      server.awaitIdle();
    }
  }
}
