package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.Connection;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The server is mute for longer than a test may take: only the interrupt ends what waits. */
@LeakCheck
@Timeout(300)
class InterruptedCallTest {
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

  private Connection connect(TestServer server, ServerFolder remote) throws IOException {
    return Connection.connect(
        Connections.options(server, proxy.port())
            .defaultPath(remote.path())
            .timeout(Duration.ofMinutes(5))
            .build());
  }

  private interface Work {
    void run() throws IOException;
  }

  private static final class Caller {
    final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    final Thread thread;

    Caller(Work work) {
      thread =
          new Thread(
              () -> {
                var thrown = catchThrowable(work::run);
                interrupted.complete(Thread.currentThread().isInterrupted());
                failure.complete(thrown);
              });
      thread.start();
    }

    void interrupt() throws Exception {
      thread.interrupt();
      assertThat(failure.get()).isInstanceOf(InterruptedIOException.class);
      assertThat(interrupted.get()).isTrue();
    }
  }

  private interface Opening {
    void on(Connection sftp) throws IOException;
  }

  static Stream<Arguments> openings() {
    return Stream.of(
        Arguments.of("open", (Opening) sftp -> sftp.open("f").close()),
        Arguments.of("readBytes", (Opening) sftp -> sftp.readBytes("f")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("openings")
  void leavesNoFileOpenOnTheServer(
      String name, Opening opening, TestServer server, ServerFolder remote) throws Exception {
    Files.writeString(remote.local("f"), "text");
    try (var sftp = connect(server, remote)) {
      proxy.stall(FaultProxy.Direction.DOWN);
      var caller = new Caller(() -> opening.on(sftp));
      Eventually.until("the file is open", () -> server.openHandles() > 0);
      caller.interrupt();
      proxy.resume();
      Eventually.until("the file is closed", () -> server.openHandles() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesTheTargetAsItWas(CopyUnderFault.CopyType type, TestServer server, ServerFolder remote)
      throws Exception {
    var copy = new CopyUnderFault(type, local, remote);
    var mute = new CompletableFuture<Void>();
    try (var sftp = connect(server, remote)) {
      proxy.doAfter(
          type.direction(),
          CopyUnderFault.MIDDLE,
          () -> {
            proxy.stall();
            mute.complete(null);
          });
      var caller = new Caller(() -> copy.run(sftp));
      mute.get();
      caller.interrupt();
      proxy.heal();
      awaitThat(copy::assertOldOrNew);
      Eventually.until("nothing is left over", () -> isClean(remote));
      copy.run(sftp);
      awaitThat(copy::assertNew);
    }
  }

  @Test
  void closesOnlyWhenTheTemporaryFileIsGone(TestServer server, ServerFolder remote)
      throws Exception {
    Path source = Trees.file(local.resolve("f"), 1, 3_000_000);
    var sftp = connect(server, remote);
    var mute = new CompletableFuture<Void>();
    proxy.doAfter(
        FaultProxy.Direction.UP,
        CopyUnderFault.MIDDLE,
        () -> {
          proxy.stall();
          mute.complete(null);
        });
    var caller = new Caller(() -> sftp.put(source, "f"));
    mute.get();
    Eventually.until("there is a temporary file", () -> !isClean(remote));
    caller.interrupt();
    var closer = new Thread(sftp::close);
    closer.start();
    Eventually.until(
        "close waits or has ended",
        () ->
            closer.getState() == Thread.State.TIMED_WAITING
                || closer.getState() == Thread.State.TERMINATED);
    proxy.resume();
    closer.join();
    assertThat(remote.partFiles()).isEmpty();
  }

  /** Waits until it holds: what the server has received may still create a file and remove it. */
  private static void awaitThat(Work assertion) throws IOException {
    if (!Eventually.holds(Duration.ofMinutes(1), () -> catchThrowable(assertion::run) == null)) {
      assertion.run();
    }
  }

  private boolean isClean(ServerFolder remote) {
    try (var paths = Files.walk(local)) {
      return remote.partFiles().isEmpty()
          && paths.noneMatch(path -> path.toString().endsWith(".part"));
    } catch (IOException | UncheckedIOException e) {
      return false; // one has just gone
    }
  }

  private interface Question {
    void ask(Connection sftp) throws IOException;
  }

  private static Arguments call(String name, Question question) {
    return Arguments.of(name, question);
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        call("stat", sftp -> sftp.stat("f")),
        call("mkdir", sftp -> sftp.mkdir("new")),
        call("rename", sftp -> sftp.rename("f", "g")),
        call("listdir", sftp -> sftp.listdir()),
        call("list", InterruptedCallTest::list),
        call("walkTree", sftp -> sftp.walkTree(".", file -> {}, dir -> {}, other -> {})),
        call("glob", sftp -> sftp.glob("**/*")),
        call("checksum", sftp -> sftp.checksum("f", "SHA-512")),
        call("copy", sftp -> sftp.copy("f", "g")),
        call("rmtree", sftp -> sftp.rmtree("d")),
        call("open", sftp -> sftp.open("f").close()),
        call("execute", sftp -> sftp.execute("true")));
  }

  private static void list(Connection sftp) throws IOException {
    try (var entries = sftp.list(".")) {
      entries.forEach(entry -> {});
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void leavesTheConnectionGood(
      String name, Question question, TestServer server, ServerFolder remote) throws Exception {
    Trees.file(remote.local("f"), 1, 100_000);
    Files.createDirectory(remote.local("d"));
    try (var sftp = connect(server, remote)) {
      proxy.stall();
      var caller = new Caller(() -> question.ask(sftp));
      Eventually.until(
          "it waits",
          () ->
              caller.thread.getState() == Thread.State.WAITING
                  || caller.thread.getState() == Thread.State.TIMED_WAITING);
      caller.interrupt();
      proxy.resume();
      assertThat(sftp.listdir()).isNotEmpty();
      assertThat(sftp.stat(".").isDir()).isTrue();
    }
  }
}
