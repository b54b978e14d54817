package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.ReservedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** After a lost connection, the server or the credentials have changed. */
@Timeout(300)
class ReconnectRefusedTest {

  @Test
  void triesARefusedPasswordOnce() throws IOException {
    var refuses = new AtomicBoolean();
    var tries = new AtomicInteger();
    try (var server =
        MinaServer.start(
            mina -> {
              mina.setPublickeyAuthenticator((user, key, session) -> false);
              mina.setPasswordAuthenticator(
                  (user, password, session) -> {
                    tries.incrementAndGet();
                    return !refuses.get();
                  });
            })) {
      var options =
          ConnectionOptions.builder(server.host())
              .port(server.port())
              .username(server.username())
              .password("secret")
              .knownHosts(server.knownHosts())
              .build();
      try (var sftp = Connection.connect(options)) {
        refuses.set(true);
        int before = tries.get();
        server.disconnectAll();
        Eventually.until("the loss is known", () -> !sftp.isConnected());

        for (int i = 0; i < 3; i++) {
          assertThatThrownBy(() -> sftp.stat("/")).isInstanceOf(AuthenticationException.class);
          assertThatThrownBy(() -> sftp.listdir("/")).isInstanceOf(AuthenticationException.class);
          assertThatThrownBy(() -> sftp.execute("true"))
              .isInstanceOf(AuthenticationException.class);
          assertThatThrownBy(() -> sftp.readBytes("/none"))
              .isInstanceOf(AuthenticationException.class);
        }
        int once = tries.get() - before;
        assertThat(once).isPositive(); // keyboard-interactive and password are separate attempts
        Eventually.until("no session is left", () -> server.openSessions() == 0);
        assertThat(tries.get() - before).isLessThanOrEqualTo(2);
      }
    }
  }

  @Test
  void failsOnAnotherHostKey() throws IOException {
    MinaServer first = MinaServer.start();
    var options = Connections.options(first).build();
    try (var sftp = Connection.connect(options)) {
      first.close();
      var reserved = ReservedPort.of(first.port());
      Eventually.until("the loss is known", () -> !sftp.isConnected());
      try (var second = MinaServer.start(mina -> use(reserved, mina))) {
        assertThatThrownBy(() -> sftp.stat("/")).isInstanceOf(HostKeyException.class);
        assertThatThrownBy(() -> sftp.listdir("/")).isInstanceOf(HostKeyException.class);
        Eventually.until("no session is left", () -> second.openSessions() == 0);
      }
    }
  }

  @Test
  void throwsADistinctExceptionToEachCaller() throws IOException {
    MinaServer first = MinaServer.start();
    try (var sftp = Connection.connect(Connections.options(first).build())) {
      first.close();
      var reserved = ReservedPort.of(first.port());
      Eventually.until("the loss is known", () -> !sftp.isConnected());
      try (var second = MinaServer.start(mina -> use(reserved, mina))) {
        var failures = new ArrayList<Throwable>();
        for (int i = 0; i < 2; i++) {
          failures.add(catchThrowable(() -> sftp.stat("/")));
          failures.add(catchThrowable(() -> sftp.listdir("/")));
        }
        assertThat(Set.copyOf(failures)).hasSize(4).hasOnlyElementsOfType(HostKeyException.class);
        Eventually.until("no session is left", () -> second.openSessions() == 0);
      }
    }
  }

  @Test
  void continuesWithARestartedServer() throws IOException {
    MinaServer first = MinaServer.start();
    var keys = first.unwrap().getKeyPairProvider();
    var users = first.unwrap().getPublickeyAuthenticator();
    var file = Files.createTempFile("jsftp", ".txt");
    try (var sftp = Connection.connect(Connections.options(first).build())) {
      sftp.writeString(file.toString(), "before");
      first.close();
      var reserved = ReservedPort.of(first.port());
      Eventually.until("the loss is known", () -> !sftp.isConnected());
      try (var second =
          MinaServer.start(
              mina -> {
                use(reserved, mina);
                mina.setKeyPairProvider(keys);
                mina.setPublickeyAuthenticator(users);
              })) {
        assertThat(sftp.readString(file.toString())).isEqualTo("before");
        assertThat(sftp.stat(file.toString()).size()).isEqualTo(6);
        assertThat(second.openSessions()).isEqualTo(1);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void use(ReservedPort reserved, SshServer mina) {
    mina.setPort(reserved.port());
    reserved.close();
  }
}
