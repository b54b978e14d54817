package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelSftp;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.OpenSshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that grants one channel per session, and a single login. */
@Timeout(300)
class RefusedFurtherLoginTest {
  @TempDir private Path keys;

  @Test
  void isReportedToAllCallsAndNotRepeated() throws IOException {
    Path authorized = keys.resolve("authorized_keys");
    try (var server =
        OpenSshServer.start("MaxSessions 1", "LogLevel INFO", "AuthorizedKeysFile " + authorized)) {
      Files.copy(server.privateKey().resolveSibling("authorized_keys"), authorized);
      try (var sftp = Connection.connect(Connections.options(server).build())) {
        assertThat(sftp.listdir()).isEmpty();
        Files.delete(authorized);
        for (int i = 0; i < 3; i++) {
          assertRefused(() -> sftp.stat("/"));
          assertRefused(() -> sftp.mkdir("directory"));
          assertRefused(() -> sftp.execute("true"));
          assertRefused(() -> sftp.unwrap(ChannelSftp.class));
        }
        assertThat(sftp.listdir()).isEmpty();
      }
      server.awaitIdle();
      Eventually.until("the refusal in the log", () -> refusals(server) > 0);
      assertThat(refusals(server)).isOne();
    }
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "the server grants no further channel, and a further session failed:"
                + " the server refused user");
  }

  /** Returns how many refused clients have disconnected: sshd logs one line for each. */
  private static long refusals(OpenSshServer server) {
    try {
      return server.log().lines().filter(line -> line.contains("authenticating user")).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
