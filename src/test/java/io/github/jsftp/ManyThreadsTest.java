package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many threads on one connection. They make a fixed number of calls, or with {@code
 * -Dfaults.threads.seconds} continue for at least this time.
 */
@OnEachServer
@Tag("faults")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ManyThreadsTest {
  private static final int THREADS = 32;
  private static final int ROUNDS = 5;
  private static final Duration LONGER =
      Duration.ofSeconds(Long.getLong("faults.threads.seconds", 0));

  @TempDir Path local;
  private final Map<String, byte[]> shared = new TreeMap<>();

  private interface Work {
    void with(BusyThread busy) throws IOException;
  }

  /** Starts the work on threads of its own; each result is what it threw, or null. */
  private List<CompletableFuture<Throwable>> start(Connection sftp, Work work) throws IOException {
    sftp.mkdir("shared");
    for (int i = 0; i < 4; i++) {
      byte[] bytes = Trees.bytes(i, 1 + 60_000 * i);
      sftp.writeBytes("shared/" + i, bytes);
      shared.put("shared/" + i, bytes);
    }
    var all = new ArrayList<CompletableFuture<Throwable>>();
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      var outcome = new CompletableFuture<Throwable>();
      Work busy = work;
      new Thread(
              () ->
                  outcome.complete(
                      catchThrowable(
                          () ->
                              busy.with(
                                  new BusyThread(sftp, "own" + number, local, shared, number)))))
          .start();
      all.add(outcome);
    }
    return all;
  }

  @Test
  void eachGetWhatTheyAskFor(TestServer server, ServerFolder remote) throws Exception {
    long end = System.nanoTime() + LONGER.toNanos();
    var done = new AtomicInteger();
    try (var sftp = Connections.connect(server, remote)) {
      var all =
          start(
              sftp,
              busy -> {
                for (int i = 0; i < ROUNDS || System.nanoTime() - end < 0; i++) {
                  busy.work();
                  done.incrementAndGet();
                }
                busy.leave();
              });
      for (var one : all) {
        assertThat(one.get()).isNull();
      }
      assertThat(sftp.listdir()).containsExactly("shared");
    }
    System.out.printf("%d threads on %s: %d answers right%n", THREADS, server.kind(), done.get());
  }

  @Test
  void allEndWhenTheConnectionIsClosed(TestServer server, ServerFolder remote) throws Exception {
    var done = new AtomicInteger();
    var sftp = Connections.connect(server, remote);
    var all =
        start(
            sftp,
            busy -> {
              while (true) {
                busy.work();
                done.incrementAndGet();
              }
            });
    Eventually.until("all at work", () -> done.get() >= 4 * THREADS);

    sftp.close();

    for (var one : all) {
      assertThat(one.get(2, TimeUnit.MINUTES))
          .isInstanceOfAny(ConnectionException.class, InterruptedIOException.class)
          .hasMessageContaining("closed");
    }
    server.awaitIdle();
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
