package io.github.jsftp.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.SftpException;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ServerChannel;
import io.github.jsftp.testing.SftpType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SingleRequestFailuresTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final ScriptedSftp files = new ScriptedSftp().file("/file", "12345").directory("/dir");
  private volatile Duration timeout = LONG;

  @Test
  void replacesAChannelThatDoesNotRespond() throws Exception {
    files.on(SftpType.STAT, 1, HostileReplies.silence());
    with(
        (singleRequests, server) -> {
          singleRequests.lstat("lstat", "/file");
          timeout = SHORT;
          assertThatThrownBy(() -> singleRequests.stat("stat", "/file"))
              .isInstanceOf(OperationTimeoutException.class)
              .hasMessage(
                  "stat /file: no response from the server for 2 s [%s]",
                  Ssh.peer(server.server()));
          timeout = LONG;
          assertThat(singleRequests.stat("stat", "/file").size()).isEqualTo(5);
          assertThat(server.channels()).isEqualTo(2);
        });
  }

  @Test
  void timesOutIfTheServerDoesNotStartSftp() throws Exception {
    try (var server = HostileServer.start(number -> ServerChannel::read);
        SshConnection connection = Ssh.open(server.server());
        var singleRequests = control(connection, server)) {
      assertThatThrownBy(() -> singleRequests.stat("stat", "/file"))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("stat /file: the server ended SFTP before it began");
    }
    try (var server = HostileServer.start(number -> SingleRequestFailuresTest::readOn);
        SshConnection connection =
            Ssh.open(Ssh.options(server.server()).connectTimeout(Duration.ofSeconds(4)));
        var singleRequests = control(connection, server)) {
      assertThatThrownBy(() -> singleRequests.stat("stat", "/file"))
          .isInstanceOf(OperationTimeoutException.class)
          .hasMessageStartingWith("stat /file: no response from the server for 4 s");
    }
  }

  @Test
  void quotesTextThatComesBeforeSftp() throws Exception {
    files.greeting("Welcome to this server\n");
    with(
        (singleRequests, server) ->
            assertThatThrownBy(() -> singleRequests.stat("stat", "/file"))
                .isInstanceOf(ConnectionException.class)
                .hasMessageStartingWith(
                    "stat /file: the server sends text instead of SFTP, beginning with 'Welc'"));
    try (var server =
            OpenSshServer.start("ForceCommand echo Hello there, no SFTP here; exec sleep 60");
        SshConnection connection = Ssh.open(server);
        var singleRequests =
            new SingleRequests(connection, () -> LONG, Ssh.failures(server), Backoff.NEVER)) {
      assertThatThrownBy(() -> singleRequests.stat("stat", "/file"))
          .hasMessageContaining("beginning with 'Hell'");
    }
  }

  @Test
  void discardsAChannelAfterAnInvalidReply() throws Exception {
    files.on(SftpType.STAT, 1, HostileReplies.wrongType());
    files.on(SftpType.LSTAT, 1, HostileReplies.status(0, "fine"));
    with(
        (singleRequests, server) -> {
          assertThatThrownBy(() -> singleRequests.stat("stat", "/file"))
              .isExactlyInstanceOf(SftpException.class)
              .hasMessageStartingWith("stat /file: the server breaks the protocol: ");
          assertThatThrownBy(() -> singleRequests.lstat("lstat", "/file"))
              .isExactlyInstanceOf(SftpException.class)
              .hasMessageStartingWith("lstat /file: the server breaks the protocol: ");
          assertThat(singleRequests.stat("stat", "/file").size()).isEqualTo(5);
          assertThat(server.channels()).isEqualTo(3);
        });
  }

  @Test
  void keepsAChannelAfterAnErrorStatus() throws Exception {
    with(
        (singleRequests, server) -> {
          for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> singleRequests.stat("stat", "/none"))
                .isInstanceOf(NoSuchPathException.class);
            assertThatThrownBy(() -> singleRequests.statvfs("statvfs", "/file"))
                .hasMessageContaining("does not support");
          }
          assertThat(server.channels()).isEqualTo(1);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 1000, 4096000",
    "4096, 2251799813685247, 9223372036854771712",
    "4096, 2251799813685248, 9223372036854775807",
    "4096, -1, 9223372036854775807",
    "-1, 1, 9223372036854775807",
    "4096, 0, 0",
  })
  void limitsFileSystemSizesToALong(long fragment, long count, long bytes) throws Exception {
    files.extension("statvfs@openssh.com", "2");
    files.onEvery(
        SftpType.EXTENDED,
        (request, channel) -> {
          var reply = ByteBuffer.allocate(4 + 11 * 8).putInt(request.id());
          for (long field : new long[] {4096, fragment, count, count, count, 7, 7, 7, 0, 0, 255}) {
            reply.putLong(field);
          }
          channel.packet(SftpType.EXTENDED_REPLY.code(), reply.array());
        });
    with(
        (singleRequests, server) -> {
          StatVfs space = singleRequests.statvfs("statvfs", "/file");
          assertThat(space.totalSpace()).isEqualTo(bytes);
          assertThat(space.unallocatedSpace()).isEqualTo(bytes);
          assertThat(space.usableSpace()).isEqualTo(bytes);
          assertThat(space.maxNameLength()).isEqualTo(255);
        });
  }

  @Test
  void survivesTheEndOfAChannel() throws Exception {
    files.on(SftpType.STAT, 2, HostileReplies.hangUp());
    with(
        (singleRequests, server) -> {
          singleRequests.stat("stat", "/file");
          assertThatThrownBy(() -> singleRequests.stat("stat", "/file"))
              .isInstanceOf(ConnectionException.class)
              .hasMessageStartingWith("stat /file: the server has ended SFTP");
          assertThat(singleRequests.stat("stat", "/file").size()).isEqualTo(5);
        });
  }

  @Test
  void reportsWhyTheConnectionWasLost() throws Exception {
    var asked = new CountDownLatch(1);
    files.on(SftpType.STAT, 1, (request, channel) -> asked.countDown());
    with(
        (singleRequests, server) -> {
          var outcome = new CompletableFuture<Throwable>();
          inBackground(singleRequests, outcome, new AtomicBoolean());
          asked.await();
          server.server().disconnectAll();
          assertThat(outcome.get())
              .isInstanceOf(ConnectionException.class)
              .hasMessageStartingWith("stat /file: connection lost: the server ");
          assertThatThrownBy(() -> singleRequests.stat("stat", "/file"))
              .isInstanceOf(ConnectionException.class)
              .hasMessageStartingWith("stat /file: connection lost: the server ");
        });
  }

  @Test
  void stopsWaitingWhenInterruptedAndDoesNotMixReplies() throws Exception {
    var asked = new CountDownLatch(1);
    var answer = new CountDownLatch(1);
    files.on(
        SftpType.STAT,
        1,
        (request, channel) -> {
          asked.countDown();
          Eventually.until("the interrupt", () -> answer.getCount() == 0);
          files.usual(request.rewound(), channel);
        });
    with(
        (singleRequests, server) -> {
          var flag = new AtomicBoolean();
          var outcome = new CompletableFuture<Throwable>();
          Thread caller = inBackground(singleRequests, outcome, flag);
          asked.await();
          caller.interrupt();
          assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
          assertThat(flag).isTrue();
          answer.countDown();
          assertThatThrownBy(() -> singleRequests.stat("stat", "/none"))
              .isInstanceOf(NoSuchPathException.class);
          assertThat(singleRequests.stat("stat", "/dir").isDir()).isTrue();
        });
  }

  @Test
  void servesManyThreadsWithTwoChannels() throws Exception {
    with(
        (singleRequests, server) -> {
          var outcomes = new ArrayList<CompletableFuture<Throwable>>();
          for (int i = 0; i < 50; i++) {
            var outcome = new CompletableFuture<Throwable>();
            outcomes.add(outcome);
            inBackground(singleRequests, outcome, new AtomicBoolean());
          }
          for (var outcome : outcomes) {
            assertThat(outcome.get()).isNull();
          }
          assertThat(server.channels()).isBetween(1, 2);
        });
  }

  @Test
  void releasesWaitingThreadsOnClose() throws Exception {
    var asked = new CountDownLatch(2);
    files.onEvery(SftpType.STAT, (request, channel) -> asked.countDown());
    with(
        (singleRequests, server) -> {
          var outcomes =
              List.<CompletableFuture<Throwable>>of(
                  new CompletableFuture<>(), new CompletableFuture<>(), new CompletableFuture<>());
          outcomes.forEach(outcome -> inBackground(singleRequests, outcome, new AtomicBoolean()));
          asked.await();
          singleRequests.close();
          for (var outcome : outcomes) {
            assertThat(outcome.get())
                .hasMessageStartingWith("stat /file: the connection is closed");
          }
          Eventually.until(
              "end of the threads",
              () ->
                  Thread.getAllStackTraces().keySet().stream()
                      .noneMatch(thread -> thread.getName().startsWith("jsftp-control")));
        });
  }

  private interface Scenario {
    void run(SingleRequests singleRequests, HostileServer server) throws Exception;
  }

  private void with(Scenario scenario) throws Exception {
    try (var server = HostileServer.start(files);
        SshConnection connection = Ssh.open(server.server());
        var singleRequests = control(connection, server)) {
      scenario.run(singleRequests, server);
    }
  }

  private SingleRequests control(SshConnection connection, HostileServer server) {
    return new SingleRequests(
        connection, () -> timeout, Ssh.failures(server.server()), Backoff.NEVER);
  }

  private static Thread inBackground(
      SingleRequests singleRequests,
      CompletableFuture<Throwable> outcome,
      AtomicBoolean interrupted) {
    Thread caller =
        DaemonThreads.create(
            "caller",
            () -> {
              try {
                singleRequests.stat("stat", "/file");
                outcome.complete(null);
              } catch (Throwable e) {
                interrupted.set(Thread.currentThread().isInterrupted());
                outcome.complete(e);
              }
            });
    caller.start();
    return caller;
  }

  private static void readOn(ServerChannel channel) throws IOException {
    while (channel.read() != null) {
      // No reply is sent.
    }
  }
}
