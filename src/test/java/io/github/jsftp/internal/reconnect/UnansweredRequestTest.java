package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.jcraft.jsch.Session;
import io.github.jsftp.Connection;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.RemoteFile;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Trees;
import io.github.jsftp.testing.Users;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A request that never gets a reply although the server is alive. OpenSSH's sftp-server has one
 * thread, which blocks when it opens a pipe that nobody writes to.
 */
@Timeout(300)
class UnansweredRequestTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int SIZE = 10_000_000;

  @TempDir Path local;
  private OpenSshServer server;
  private Path pipe;

  @BeforeEach
  void start() throws IOException {
    server = OpenSshServer.start();
    pipe = server.home().resolve("pipe");
    Users.run("mkfifo", pipe.toString());
    Trees.file(server.home().resolve("f"), 1, SIZE);
  }

  @AfterEach
  void stop() throws IOException {
    try (var both = new RandomAccessFile(pipe.toFile(), "rw")) {
      both.getFD(); // both ends of the pipe are open now, so that nobody waits for them
      server.awaitIdle();
    }
    server.close();
  }

  private Connection connect(boolean reconnect) throws IOException {
    return Connection.connect(
        Connections.options(server)
            .timeout(TIMEOUT)
            .connectTimeout(Duration.ofSeconds(30))
            .keepAlive(Duration.ZERO)
            .maxChannels(1)
            .reconnect(reconnect)
            .build());
  }

  private interface Action {
    void run() throws IOException;
  }

  private static CompletableFuture<Void> start(Action action) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            action.run();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        task -> new Thread(task).start());
  }

  private static CompletableFuture<Void> during(CompletableFuture<Void> call, Action action) {
    return start(
        () -> {
          while (!call.isDone()) {
            action.run();
          }
        });
  }

  @Test
  void failsAloneWhileOtherThreadsSucceed() throws IOException {
    failAlone(true);
  }

  @Test
  @Tag("long")
  void failsAloneOnAConnectionThatDoesNotReconnect() throws IOException {
    failAlone(false);
  }

  private void failAlone(boolean reconnect) throws IOException {
    byte[] content = Files.readAllBytes(server.home().resolve("f"));
    // The other calls are repeated more often, so that they outlast the one that blocks them.
    var options = TransferOptions.builder().retries(1).build();
    try (Connection sftp = connect(reconnect)) {
      Session session = sftp.unwrap(Session.class);
      Throwable blamed;
      do {
        CompletableFuture<Void> stuck =
            start(() -> sftp.get("pipe", local.resolve("pipe"), options));
        var reads = during(stuck, () -> assertThat(sftp.readBytes("f")).isEqualTo(content));
        var others =
            List.of(
                during(stuck, () -> sftp.put(new ByteArrayInputStream(content), "put")),
                during(stuck, () -> assertThat(sftp.listdir(".")).contains("f")));

        assertThatThrownBy(stuck::join)
            .cause()
            .isInstanceOf(OperationTimeoutException.class)
            .hasMessageStartingWith("get " + pipe)
            .hasMessageFindingMatch("no response from the server for 3 s|held up by readBytes");
        others.forEach(CompletableFuture::join);
        blamed = catchThrowable(reads::join);
        if (blamed != null) {
          // On a busy machine the server may block before it has sent the whole reply to a read.
          assertThat(blamed).hasCauseInstanceOf(OperationTimeoutException.class);
        }
      } while (blamed != null);
      assertThat(sftp.unwrap(Session.class)).isSameAs(session);
    }
    Trees.assertSameBytes(server.home().resolve("put"), content);
  }

  @Test
  void namesTheBlockingRequestForOpenFiles() throws IOException {
    try (Connection sftp = connect(false)) {
      RemoteFile file = sftp.open("f");
      CompletableFuture<Void> stuck = start(() -> sftp.get("pipe", local.resolve("pipe")));

      assertThatThrownBy(
              () -> {
                while (!stuck.isDone()) {
                  file.position(0).read(ByteBuffer.allocate(1));
                }
              })
          .hasMessageContaining("held up by get " + pipe + ", without a response for 3 s")
          .hasMessageContaining("must be opened again");
      assertThatThrownBy(stuck::join).hasCauseInstanceOf(OperationTimeoutException.class);
    }
  }
}
