package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.TransferException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.SilentPeer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that accepts connections but never replies. docs/reliability.md limits a call to 2 T + 3
 * C, and 8 s for pauses; here it takes T + C. The limit in these tests allows for a slow machine,
 * but is shorter than a wait of C for each of five retries.
 */
class FrozenServerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(12);
  private static final int LIMIT = 300;

  @TempDir Path local;
  private OpenSshServer server;

  @BeforeEach
  void start() throws IOException {
    server = OpenSshServer.start();
    Trees.file(server.home().resolve("f"), 1, 100_000);
    Files.createDirectories(local.resolve("tree/a"));
    Files.writeString(local.resolve("tree/a/f"), "text");
  }

  @AfterEach
  void stop() throws IOException {
    server.thaw();
    server.awaitIdle(); // it may now process requests that have queued up
    server.close();
  }

  private interface Action {
    void on(Connection sftp) throws IOException;
  }

  private Map<String, Action> calls(boolean reconnect) {
    var calls = new LinkedHashMap<String, Action>();
    calls.put("stat", sftp -> sftp.stat("f"));
    calls.put("mkdir", sftp -> sftp.mkdir("new"));
    calls.put("get", sftp -> sftp.get("f", local.resolve("f" + reconnect)));
    calls.put("putR", sftp -> sftp.putR(local.resolve("tree"), "tree"));
    calls.put("list", sftp -> sftp.list(".").close());
    calls.put("open", sftp -> sftp.open("f").close());
    calls.put("execute", sftp -> sftp.execute("echo x"));
    return calls;
  }

  /** All at once, with and without reconnecting, as each waits for many seconds. */
  @Test
  @Timeout(LIMIT)
  void failsEachCallInTime() throws IOException {
    var connections = new LinkedHashMap<String, Connection>();
    var actions = new LinkedHashMap<String, Action>();
    for (boolean reconnect : List.of(true, false)) {
      var options =
          Connections.options(server)
              .connectTimeout(CONNECT_TIMEOUT)
              .keepAlive(Duration.ZERO)
              .reconnect(reconnect)
              .build();
      for (Map.Entry<String, Action> call : calls(reconnect).entrySet()) {
        String name = call.getKey() + ", reconnect " + reconnect;
        actions.put(name, call.getValue());
        connections.put(name, Connection.connect(options));
      }
      connections.get("stat, reconnect " + reconnect).stat("f"); // opens the channel
    }
    connections.values().forEach(sftp -> sftp.timeout(TIMEOUT));
    server.freeze();

    var outcomes = new LinkedHashMap<String, CompletableFuture<Void>>();
    actions.forEach(
        (name, action) ->
            outcomes.put(
                name,
                CompletableFuture.runAsync(
                    () -> {
                      try {
                        action.on(connections.get(name));
                      } catch (IOException e) {
                        throw new CompletionException(e);
                      }
                    },
                    call -> new Thread(call, name).start())));
    outcomes.forEach(
        (name, outcome) ->
            assertThatThrownBy(outcome::get)
                .as(name)
                .cause()
                .isInstanceOfAny(
                    ConnectionException.class,
                    OperationTimeoutException.class,
                    TransferException.class));
    connections.values().forEach(Connection::close);
  }

  @Test
  @Timeout(LIMIT)
  void failsARunningCommandAndCloses() throws Exception {
    var options =
        Connections.options(server)
            .timeout(Duration.ofSeconds(3)) // also limits the start of the command
            .keepAlive(Duration.ZERO)
            .reconnect(false)
            .build();
    try (var sftp = Connection.connect(options)) {
      Path started = server.home().resolve("started");
      var command =
          CompletableFuture.runAsync(
              () ->
                  assertThatThrownBy(() -> sftp.execute("touch " + started + "; exec sleep 600"))
                      .isInstanceOf(ConnectionException.class)
                      .hasMessageContaining("unknown whether the command has finished"),
              work -> new Thread(work, "execute").start());
      io.github.jsftp.testing.Eventually.until("the command runs", () -> Files.exists(started));
      server.freeze();
      command.get();
    }
  }

  @Test
  @Timeout(LIMIT)
  void keepsASilentCommandOfALiveServer() throws Exception {
    var options =
        Connections.options(server)
            .timeout(Duration.ofSeconds(3))
            .keepAlive(Duration.ZERO)
            .reconnect(false)
            .build();
    try (var sftp = Connection.connect(options)) {
      assertThat(sftp.execute("sleep 7; echo x").stdout()).isEqualTo("x\n");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Timeout(LIMIT)
  void failsConnectingInTime(boolean listening) throws IOException {
    server.freeze();
    try (var mute = SilentPeer.mute()) {
      var options =
          Connections.options(server, listening ? mute.port() : server.port())
              .timeout(Duration.ofHours(1))
              .connectTimeout(Duration.ofSeconds(3))
              .build();
      assertThatThrownBy(() -> Connection.connect(options).close())
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("timed out after 3 s while waiting for the server's greeting");
    }
  }

  @Test
  @Timeout(LIMIT)
  void failsConnectingIfTheSubsystemDoesNotReply() throws IOException {
    try (var slow = OpenSshServer.start("Subsystem sftp /bin/sleep 600")) {
      var options =
          Connections.options(slow)
              .timeout(Duration.ofHours(1))
              .connectTimeout(Duration.ofSeconds(5))
              .build();
      assertThatThrownBy(() -> Connection.connect(options).close())
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("timed out while waiting for SFTP to begin");
    }
  }
}
