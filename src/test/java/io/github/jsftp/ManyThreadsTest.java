package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.testing.Await;
import io.github.jsftp.testing.Client;
import io.github.jsftp.testing.RemoteFolder;
import io.github.jsftp.testing.SftpServer;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@SftpServer
@Timeout(60)
class ManyThreadsTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 10;

  @TempDir Path local;

  private interface Work {
    void as(int number) throws IOException;
  }

  /** Starts the work on threads of its own; each result is what it threw, or null. */
  private static List<CompletableFuture<Throwable>> start(Work work) {
    var all = new ArrayList<CompletableFuture<Throwable>>();
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      var outcome = new CompletableFuture<Throwable>();
      new Thread(() -> outcome.complete(catchThrowable(() -> work.as(number)))).start();
      all.add(outcome);
    }
    return all;
  }

  /** Does a bit of everything in a directory of its own. */
  private void round(Connection sftp, int number, int round) throws IOException {
    String dir = "own" + number;
    byte[] bytes = Trees.bytes(number, 1000 * number + round);
    Path file = local.resolve("up" + number);
    Path back = local.resolve("down" + number);
    Files.write(file, bytes);
    sftp.mkdir(dir);
    sftp.put(file, dir + "/f");
    assertThat(sftp.stat(dir + "/f").size()).isEqualTo(bytes.length);
    sftp.rename(dir + "/f", dir + "/g");
    assertThat(sftp.listdir(dir)).containsExactly("g");
    assertThat(sftp.exists(dir + "/f")).isFalse();
    sftp.get(dir + "/g", back);
    assertThat(back).hasBinaryContent(bytes);
    sftp.rmtree(dir);
    assertThat(sftp.isDir(dir)).isFalse();
  }

  @Test
  void eachGetWhatTheyAskFor(TestServer server, RemoteFolder remote) throws Exception {
    try (var sftp = Client.connect(server, remote)) {
      var all =
          start(
              number -> {
                for (int i = 0; i < ROUNDS; i++) {
                  round(sftp, number, i);
                }
              });
      for (var one : all) {
        assertThat(one.get()).isNull();
      }
      assertThat(sftp.listdir()).isEmpty();
    }
  }

  @Test
  void allEndWhenTheConnectionIsClosed(TestServer server, RemoteFolder remote) throws Exception {
    var done = new AtomicInteger();
    var sftp = Client.connect(server, remote);
    var all =
        start(
            number -> {
              for (int i = 0; true; i++) {
                round(sftp, number, i);
                done.incrementAndGet();
              }
            });
    Await.until("all are at work", () -> done.get() >= 2 * THREADS);

    sftp.close();

    for (var one : all) {
      assertThat(one.get())
          .isInstanceOfAny(ConnectionException.class, InterruptedIOException.class);
    }
    server.awaitIdle(Duration.ofSeconds(5));
    assertThat(partFiles(local)).isEmpty();
    // What a call was cut off from removing lies beside files that are whole.
    for (String part : remote.partFiles()) {
      Files.delete(remote.local(part));
    }
  }

  private static List<Path> partFiles(Path dir) {
    try (var paths = Files.walk(dir)) {
      return paths.filter(path -> path.toString().endsWith(".part")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
