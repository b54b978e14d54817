package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.TransferClient;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transfers that take so long that they get additional sessions. On a busy machine the speed may
 * vary so much that one does not, so they are repeated until one has.
 */
@OnEachServer
@Timeout(300)
@Tag("long-on-openssh")
class FurtherSessionsTest {
  private static final int SIZE = 58_000_000;

  private static final long BYTES_PER_SECOND = 10_000_000;

  @TempDir Path local;
  private Path file;

  @BeforeEach
  void makeFile() throws IOException {
    file = Trees.file(local.resolve("file"), 1, SIZE);
  }

  private void assertArrived(Path there, TransferResult result) throws IOException {
    assertThat(result.bytes()).isEqualTo(SIZE);
    assertThat(Files.mismatch(file, there)).isEqualTo(-1);
  }

  @Test
  void carryADownload(TestServer server, ServerFolder remote) throws Exception {
    Files.copy(file, remote.local("from"));
    try (var proxy = FaultProxy.to(server).throttle(BYTES_PER_SECOND);
        var client = TransferClient.reconnecting(proxy, server)) {
      do {
        var result =
            client
                .transfers()
                .get(remote.path("from"), local.resolve("to"), TransferOptions.defaults());
        assertArrived(local.resolve("to"), result);
        assertThat(result.attempts()).isEqualTo(1);
      } while (proxy.connections() < 2);
      assertThat(proxy.connections()).isLessThanOrEqualTo(4);
    }
  }

  @Test
  @Tag("long")
  void carryAnUpload(TestServer server, ServerFolder remote) throws Exception {
    try (var proxy = FaultProxy.to(server).throttle(BYTES_PER_SECOND);
        var client = TransferClient.reconnecting(proxy, server)) {
      do {
        var result = client.transfers().put(file, remote.path("to"), TransferOptions.defaults());
        assertArrived(remote.local("to"), result);
        assertThat(result.attempts()).isEqualTo(1);
      } while (proxy.connections() < 2);
      assertThat(proxy.connections()).isLessThanOrEqualTo(4);
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "the proxy refuses, not the server")
  @Tag("long")
  void areNotNeededIfTheServerRefusesThem(TestServer server, ServerFolder remote) throws Exception {
    try (var proxy = FaultProxy.to(server).throttle(BYTES_PER_SECOND);
        var client = TransferClient.reconnecting(proxy, server)) {
      proxy.refuse();
      var result = client.transfers().put(file, remote.path("to"), TransferOptions.defaults());
      assertArrived(remote.local("to"), result);
      assertThat(result.attempts()).isEqualTo(1);
      assertThat(client.store().maxStripes(0)).isEqualTo(4);
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "it counts logins of the server's")
  void areRequestedOnceIfTheLoginIsRefused() throws Exception {
    Set<Session> logins = ConcurrentHashMap.newKeySet();
    try (var server = MinaServer.start();
        var proxy = FaultProxy.to(server).throttle(BYTES_PER_SECOND).delay(Duration.ofMillis(10));
        var client = TransferClient.reconnecting(proxy, server)) {
      server
          .unwrap()
          .setPublickeyAuthenticator(
              (user, key, session) -> {
                logins.add(session);
                return false;
              });
      Path there = server.home().resolve("to");
      do {
        var result = client.transfers().put(file, there.toString(), TransferOptions.defaults());
        assertArrived(there, result);
        assertThat(result.attempts()).isEqualTo(1);
      } while (logins.isEmpty());
      assertThat(logins).hasSize(1);
      assertThat(client.store().maxInFlight()).isLessThanOrEqualTo(4 * 64); // of 4 channels
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "the server's login waits")
  void endWithTheConnectionWhileTheyLogIn() throws Exception {
    var asked = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    try (var server = MinaServer.start();
        var proxy = FaultProxy.to(server).throttle(BYTES_PER_SECOND)) {
      var options =
          Connections.options(server, proxy.port()).connectTimeout(Duration.ofHours(1)).build();
      try (var sftp = Connection.connect(options)) {
        CoreModuleProperties.AUTH_TIMEOUT.set(server.unwrap(), Duration.ofHours(1));
        server
            .unwrap()
            .setPublickeyAuthenticator(
                (user, key, session) -> {
                  asked.countDown();
                  awaitLatch(released);
                  return false;
                });
        var put = CompletableFuture.runAsync(() -> putUntil(asked, sftp));
        awaitLatch(asked);
        assertThat(isLoggingIn(proxy)).isTrue();
        sftp.close();
        put.join();
        Eventually.until("the end of the login", () -> !isLoggingIn(proxy));
      } finally {
        released.countDown();
      }
    }
  }

  private static boolean isLoggingIn(FaultProxy proxy) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .anyMatch(name -> name.startsWith("jsftp-connect ") && name.contains(":" + proxy.port()));
  }

  private void putUntil(CountDownLatch asked, Connection sftp) {
    try {
      while (asked.getCount() > 0) {
        sftp.put(file, "to");
      }
    } catch (IOException e) {
      // The connection was closed.
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "it closes one session of the server's")
  void mayBeLost() throws Exception {
    try (var server = MinaServer.start();
        var proxy = FaultProxy.to(server).throttle(BYTES_PER_SECOND);
        var client = TransferClient.reconnecting(proxy, server)) {
      Path there = server.home().resolve("to");
      var seen = new AtomicLong();
      TransferOptions watched =
          TransferOptions.builder()
              .progress(
                  progress -> {
                    var sessions =
                        server.unwrap().getActiveSessions().stream()
                            .filter(AbstractSession::isAuthenticated)
                            .toList();
                    if (sessions.size() > 1) {
                      seen.compareAndSet(0, progress.bytes());
                      if (progress.bytes() - seen.get() > SIZE / 16) {
                        sessions.get(sessions.size() - 1).close(true);
                        seen.set(SIZE);
                      }
                    }
                  })
              .build();
      TransferResult result;
      do {
        seen.set(0);
        result = client.transfers().put(file, there.toString(), watched);
        assertArrived(there, result);
        // The session that is lost may have had nothing to do yet, or any more.
      } while (seen.get() < SIZE || result.attempts() == 1);
    }
  }
}
