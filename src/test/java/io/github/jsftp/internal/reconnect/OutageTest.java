package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection is lost several times, for a while or for good, or becomes silent. */
@OnEachServer
@Timeout(300)
@Tag("long-on-openssh")
class OutageTest {
  private static final int SIZE = 20_000_000;

  @TempDir Path local;
  private FaultProxy proxy;

  @BeforeEach
  void listen(TestServer server) throws IOException {
    proxy = FaultProxy.to(server);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private ConnectionOptions.Builder options(TestServer server, ServerFolder remote) {
    return Connections.options(server, proxy.port()).defaultPath(remote.path());
  }

  @ParameterizedTest
  @EnumSource
  void isSurvivedAsOftenAsThereIsProgress(
      Direction direction, TestServer server, ServerFolder remote) throws IOException {
    Path file = direction == Direction.UP ? local.resolve("big") : remote.local("big");
    Trees.file(file, 1, SIZE);
    // On many channels, so few bytes might end within the first block of each.
    try (var sftp = Connection.connect(options(server, remote).maxChannels(2).build())) {
      proxy.cutEvery(direction, 1_500_000, Cut.RST);

      TransferResult result =
          direction == Direction.UP
              ? sftp.put(local.resolve("big"), "big")
              : sftp.get("big", local.resolve("big"));

      Trees.assertSameBytes(local.resolve("big"), remote.local("big"));
      assertThat(result.attempts()).isGreaterThan(1 + 5);
      assertThat(result.bytesSentAgain()).isGreaterThan(0);
    }
  }

  @Test
  @Tag("long")
  void repeatsOnlyWhatWasInFlight(TestServer server, ServerFolder remote) throws IOException {
    Trees.file(local.resolve("big"), 1, 45_000_000);
    try (var sftp = Connection.connect(options(server, remote).build())) {
      proxy.cutAfter(Direction.UP, 40_000_000);

      TransferResult result = sftp.put(local.resolve("big"), "big");

      assertThat(result.attempts()).isEqualTo(2);
      assertThat(result.bytesSentAgain()).isBetween(1L, 32L << 20);
      Trees.assertSameBytes(remote.local("big"), local.resolve("big"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void isWaitedFor(CopyUnderFault.CopyType type, TestServer server, ServerFolder remote)
      throws Exception {
    var copy = new CopyUnderFault(type, local, remote);
    try (var sftp = Connection.connect(options(server, remote).build())) {
      proxy.doAfter(type.direction(), CopyUnderFault.MIDDLE, this::refuseForAWhile);

      copy.run(sftp);

      copy.assertNew();
      assertThat(remote.partFiles()).isEmpty();
      assertThat(proxy.connections()).isGreaterThan(1);
    }
  }

  private void refuseForAWhile() {
    try {
      proxy.refuse();
      proxy.cutNow();
      CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
          .execute(
              () -> {
                try {
                  proxy.accept();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isDetectedOnASilentConnection(TestServer server, ServerFolder remote) throws IOException {
    Trees.file(remote.local("big"), 1, SIZE);
    Files.writeString(remote.local("f"), "text");
    var options = options(server, remote).connectTimeout(Duration.ofSeconds(10)).build();
    try (var sftp = Connection.connect(options)) {
      sftp.timeout(Duration.ofMillis(500));
      var silenced = new AtomicBoolean();
      var watching =
          TransferOptions.builder()
              .progress(
                  progress -> {
                    if (!silenced.getAndSet(true)) {
                      proxy.stall();
                      wakeUpWhenGivenUp();
                    }
                  })
              .build();
      proxy.throttle(Direction.DOWN, 5_000_000);

      TransferResult result = sftp.get("big", local.resolve("big"), watching);

      assertThat(result.attempts()).isGreaterThan(1);
      Trees.assertSameBytes(local.resolve("big"), remote.local("big"));

      sftp.stat("f"); // opens the channel that becomes silent
      proxy.stall();
      wakeUpWhenGivenUp();
      assertThat(sftp.stat("f").size()).isEqualTo(4);
    }
  }

  /** Lets the next connection through, while the silent one stays blocked. */
  private void wakeUpWhenGivenUp() {
    int before = proxy.connections();
    var waiter =
        new Thread(
            () -> {
              Eventually.until("another connection", () -> proxy.connections() > before);
              proxy.resume();
            });
    waiter.setDaemon(true);
    waiter.start();
  }

  @Test
  void failsACallWhenItLastsTooLong(TestServer server, ServerFolder remote) throws IOException {
    Trees.file(remote.local("big"), 1, SIZE);
    try (var sftp = Connection.connect(options(server, remote).build())) {
      int before = proxy.connections();
      proxy.throttle(
          SIZE); // one second for everything, so that the transfer is incomplete when the
      // connection breaks
      var options =
          TransferOptions.builder().retries(2).progress(progress -> goneForGood()).build();

      assertThatThrownBy(() -> sftp.get("big", local.resolve("big"), options))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("get ")
          .hasMessageContaining("can't reconnect: connection refused")
          .satisfies(failure -> assertThat(failure.getSuppressed()).isNotEmpty());
      assertThat(local).isEmptyDirectory();
      assertThat(proxy.connections()).isEqualTo(before);

      proxy.accept();
      assertThat(sftp.listdir()).containsExactly("big");
    }
  }

  private void goneForGood() {
    try {
      proxy.refuse();
      proxy.cutNow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isNotWaitedForWithoutRetries(TestServer server, ServerFolder remote) throws IOException {
    Trees.file(remote.local("big"), 1, SIZE);
    try (var sftp = Connection.connect(options(server, remote).build())) {
      proxy.cutAfter(Direction.DOWN, 5_000_000);
      var options = TransferOptions.builder().retries(0).build();
      assertThatThrownBy(() -> sftp.get("big", local.resolve("big"), options))
          .isInstanceOf(ConnectionException.class);
      Eventually.until("the loss is known", () -> !sftp.isConnected());
      assertThat(sftp.get("big", local.resolve("big"), options).attempts()).isEqualTo(1);
    }
    try (var sftp = Connection.connect(options(server, remote).reconnect(false).build())) {
      proxy.cutAfter(Direction.DOWN, 5_000_000);
      assertThatThrownBy(() -> sftp.get("big", local.resolve("big")))
          .isInstanceOf(ConnectionException.class);
      Eventually.until("the loss is known", () -> !sftp.isConnected());
      assertThatThrownBy(() -> sftp.stat("big")).isInstanceOf(ConnectionException.class);
      assertThatThrownBy(() -> sftp.execute("true")).isInstanceOf(ConnectionException.class);
      assertThat(proxy.connections()).isEqualTo(3);
    }
  }

  private interface Action {
    void on(Connection sftp) throws IOException;
  }

  @Test
  void endsOnAnInterruptAndOnClose(TestServer server, ServerFolder remote) throws Exception {
    Trees.file(remote.local("big"), 1, SIZE);
    List<Action> works =
        List.of(
            sftp -> sftp.get("big", local.resolve("big")),
            sftp -> sftp.stat("big"),
            sftp -> sftp.listdir(),
            sftp -> sftp.rmtree("none"),
            sftp -> sftp.execute("true"));
    for (Action action : works) {
      assertThat(endedDuringBackOff(server, remote, action, true))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(endedDuringBackOff(server, remote, action, false))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("the connection is closed");
    }
    assertThat(local).isEmptyDirectory();
  }

  private Throwable endedDuringBackOff(
      TestServer server, ServerFolder remote, Action action, boolean byInterrupt) throws Exception {
    proxy.accept();
    try (var sftp = Connection.connect(options(server, remote).build())) {
      goneForGood();
      Eventually.until("the loss is known", () -> !sftp.isConnected());
      var failure = new CompletableFuture<Throwable>();
      var thread = new Thread(() -> failure.complete(catchThrowable(() -> action.on(sftp))));
      thread.start();
      Eventually.until(
          "it waits",
          () ->
              thread.getState() == Thread.State.TIMED_WAITING
                  && List.of(thread.getStackTrace()).stream()
                      .anyMatch(
                          frame ->
                              frame.getMethodName().equals("nextBefore")
                                  || frame.getMethodName().equals("pause")));
      if (byInterrupt) {
        thread.interrupt();
      } else {
        sftp.close();
      }
      return failure.get();
    }
  }

  @Test
  void hitsManyThreadsAtOnce(TestServer server, ServerFolder remote) throws Exception {
    var sizes = List.of(10, 100_000, 1_500_000);
    for (int size : sizes) {
      Trees.file(remote.local("f" + size), size, size);
    }
    try (var sftp = Connection.connect(options(server, remote).build())) {
      var all = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 8; i++) {
        int number = i;
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    for (int size : sizes) {
                      Path target = local.resolve(number + "-" + size);
                      sftp.get("f" + size, target);
                      sftp.put(target, number + "-" + size);
                      assertThat(sftp.stat(number + "-" + size).size()).isEqualTo(size);
                      assertThat(sftp.listdir()).contains("f" + size);
                    }
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                },
                run -> new Thread(run).start()));
      }
      for (int i = 0; i < 3; i++) {
        long before = proxy.bytes(Direction.DOWN);
        Eventually.until(
            "more has come",
            () ->
                proxy.bytes(Direction.DOWN) > before + 500_000
                    || all.stream().allMatch(CompletableFuture::isDone));
        proxy.cutNow();
      }
      for (CompletableFuture<?> one : all) {
        one.get();
      }
      for (int size : sizes) {
        for (int i = 0; i < 8; i++) {
          Trees.assertSameBytes(remote.local(i + "-" + size), remote.local("f" + size));
        }
      }
      assertThat(remote.partFiles()).isEmpty();
    }
  }
}
