package io.github.jsftp.internal.ssh.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnEachServer
@Timeout(300)
class LoggingTest {
  private static final Logger LOGGER = Logger.getLogger("io.github.jsftp");
  private static final String NUMBER = "\\b\\d+ ms$";

  @TempDir Path local;
  private FaultProxy proxy;
  private String peer;
  private final ConcurrentLinkedQueue<String> records = new ConcurrentLinkedQueue<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          String message = entry.getMessage();
          if (message.startsWith(peer)) { // ignore messages of other tests
            String level =
                entry.getLevel().equals(Level.FINE) ? "DEBUG" : entry.getLevel().toString();
            records.add(level + " " + message.substring(peer.length()));
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen(TestServer server) throws IOException {
    proxy = FaultProxy.to(server);
    peer = server.username() + "@" + server.host() + ":" + proxy.port() + " ";
    handler.setLevel(Level.ALL);
    LOGGER.addHandler(handler);
    LOGGER.setLevel(Level.FINE);
    LOGGER.setUseParentHandlers(false);
  }

  @AfterEach
  void stop() {
    LOGGER.removeHandler(handler);
    LOGGER.setLevel(null);
    LOGGER.setUseParentHandlers(true);
    proxy.close();
  }

  private Connection connect(TestServer server, ServerFolder remote) throws IOException {
    return Connection.connect(
        Connections.options(server, proxy.port())
            .defaultPath(remote.path())
            .log(local.resolve("log"))
            .build());
  }

  /** Returns the lines about operations, with their durations replaced by N. */
  private static List<String> operations(Iterable<String> lines) {
    var found = new ArrayList<String>();
    for (String line : lines) {
      if (line.matches(".*: (done in|\\w+ after) \\d+ ms")) {
        found.add(line.replaceAll(NUMBER, "N ms"));
      }
    }
    return found;
  }

  /** Returns the lines of the log file, without time and peer. */
  private List<String> file() {
    try {
      return Files.readAllLines(local.resolve("log")).stream()
          .map(line -> line.replaceFirst("^\\S+ ", "").replaceFirst(" " + peer, " "))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a warning in the file, which is written after the logger has been called. */
  private void awaitWarning(String start) {
    Eventually.until(
        "the warning", () -> file().stream().anyMatch(line -> line.startsWith("WARNING " + start)));
  }

  private interface ConnectionCall {
    void on(Connection sftp) throws IOException;
  }

  @Test
  void hasOneLineForEachCall(TestServer server, ServerFolder remote) throws IOException {
    Files.writeString(local.resolve("f"), "text");
    var calls = new LinkedHashMap<String, ConnectionCall>();
    calls.put("put f", sftp -> sftp.put(local.resolve("f"), "f"));
    calls.put("put g", sftp -> sftp.put(new ByteArrayInputStream(new byte[9]), "g"));
    calls.put("get f", sftp -> sftp.get("f", local.resolve("g")));
    calls.put("get g", sftp -> sftp.get("g", new ByteArrayOutputStream()));
    calls.put("copy f", sftp -> sftp.copy("f", "h"));
    calls.put("readString f", sftp -> sftp.readString("f"));
    calls.put("writeString f", sftp -> sftp.writeString("f", "more"));
    calls.put("checksum f", sftp -> sftp.checksum("f", "MD5"));
    calls.put("stat f", sftp -> sftp.stat("f"));
    calls.put("exists f", sftp -> sftp.exists("f"));
    calls.put("chmod f", sftp -> sftp.chmod("f", 600));
    calls.put("setTimes f", sftp -> sftp.setTimes("f", Instant.EPOCH, Instant.EPOCH));
    calls.put("mkdir d", sftp -> sftp.mkdir("d"));
    calls.put("makedirs d/e", sftp -> sftp.makedirs("d/e"));
    calls.put("putR d", sftp -> sftp.putR(Files.createDirectory(local.resolve("t")), "d"));
    calls.put("getR d", sftp -> sftp.getR("d", local.resolve("t")));
    calls.put("listdir d", sftp -> sftp.listdir("d"));
    calls.put("list d", sftp -> sftp.list("d").close());
    calls.put("open f", sftp -> sftp.open("f").close());
    calls.put("symlink l", sftp -> sftp.symlink("f", "l"));
    calls.put("readlink l", sftp -> sftp.readlink("l"));
    calls.put("rename g", sftp -> sftp.rename("g", "i"));
    calls.put("remove i", sftp -> sftp.remove("i"));
    calls.put("rmtree d", sftp -> sftp.rmtree("d"));
    var expected = new ArrayList<String>();
    try (var sftp = connect(server, remote)) {
      for (var call : calls.entrySet()) {
        call.getValue().on(sftp);
        String path = call.getKey().replaceFirst(" ", " " + remote.path() + "/");
        expected.add("DEBUG " + path + ": done in N ms");
      }
      sftp.execute("echo secret");
      expected.add("DEBUG execute: done in N ms");
      String none = remote.path("none");
      assertThatThrownBy(() -> sftp.stat(none)).isInstanceOf(NoSuchPathException.class);
      assertThatThrownBy(() -> sftp.get(none)).isInstanceOf(NoSuchPathException.class);
      assertThatThrownBy(() -> sftp.copy(none, "x")).isInstanceOf(NoSuchPathException.class);
      assertThatThrownBy(() -> sftp.get("/")).isInstanceOf(SftpException.class);
    }
    for (String failed : List.of("stat", "get", "copy")) {
      String line = "DEBUG " + failed + " " + remote.path("none");
      expected.add(line + ": NoSuchPathException after N ms");
    }
    expected.add("DEBUG get /: SftpException after N ms");
    assertThat(operations(records)).isEqualTo(expected);
    assertThat(operations(file())).isEqualTo(expected);
    assertThat(records).noneMatch(line -> line.contains("secret"));
  }

  @Test
  void warnsOfALossAndOfReconnecting(TestServer server, ServerFolder remote) throws IOException {
    try (var sftp = connect(server, remote)) {
      proxy.cutNow();
      awaitWarning("connection lost: ");
      sftp.stat(".");
    }
    for (var lines : List.of(List.copyOf(records), file())) {
      assertThat(lines.stream().filter(line -> line.startsWith("WARNING")).toList())
          .satisfiesExactly(
              lost -> assertThat(lost).startsWith("WARNING connection lost: "),
              again -> assertThat(again).isEqualTo("WARNING reconnected"));
    }
  }

  @Test
  void warnsOfAFailedReconnect(TestServer server, ServerFolder remote) throws IOException {
    try (var sftp = connect(server, remote)) {
      proxy.refuse();
      proxy.cutNow();
      awaitWarning("connection lost: ");
      CompletableFuture<Void> call =
          CompletableFuture.runAsync(
              () -> assertThatThrownBy(() -> sftp.stat(".")).isInstanceOf(SftpException.class),
              work -> new Thread(work).start());
      awaitWarning("reconnecting failed: ");
      sftp.close();
      call.join();
    }
  }

  @Test
  void doesNotWarnOfBeingClosed(TestServer server, ServerFolder remote) throws IOException {
    try (var sftp = connect(server, remote)) {
      int connections = proxy.connections();
      proxy.stall();
      proxy.cutNow();
      awaitWarning("connection lost: ");
      CompletableFuture<Void> call =
          CompletableFuture.runAsync(
              () -> assertThatThrownBy(() -> sftp.stat(".")).isInstanceOf(SftpException.class),
              work -> new Thread(work).start());
      Eventually.until("it connects again", () -> proxy.connections() > connections);
      sftp.close();
      call.join();
      List<String> before = operations(records);
      assertThatThrownBy(() -> sftp.stat(".")).isInstanceOf(ConnectionException.class);
      assertThat(operations(records)).isEqualTo(before);
    }
    assertThat(records.stream().filter(line -> line.startsWith("WARNING")).toList())
        .singleElement()
        .asString()
        .startsWith("WARNING connection lost: ");
    assertThat(file().stream().filter(line -> line.startsWith("WARNING"))).hasSize(1);
  }
}
