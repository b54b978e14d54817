package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.testing.EnabledOnServer;
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
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers limited by a CPU core, which get additional sessions. */
@OnEachServer
@Timeout(300)
@Tag("long-on-openssh")
class FurtherSessionsTest {
  private static final int SIZE = 120_000_000;

  /** Slow enough for the CPU load to be measured before the end. */
  private static final TransferOptions SLOW =
      TransferOptions.builder().maxBytesPerSecond(25_000_000).build();

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
    try (var proxy = FaultProxy.to(server);
        var client = TransferClient.busy(proxy, server)) {
      var result = client.transfers().get(remote.path("from"), local.resolve("to"), SLOW);
      assertArrived(local.resolve("to"), result);
      assertThat(proxy.connections()).isBetween(2, 4);
      assertThat(result.attempts()).isEqualTo(1);
    }
  }

  @Test
  void carryAnUpload(TestServer server, ServerFolder remote) throws Exception {
    try (var proxy = FaultProxy.to(server);
        var client = TransferClient.busy(proxy, server)) {
      var result = client.transfers().put(file, remote.path("to"), SLOW);
      assertArrived(remote.local("to"), result);
      assertThat(proxy.connections()).isBetween(2, 4);
      assertThat(result.attempts()).isEqualTo(1);
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "the proxy refuses, not the server")
  void areNotNeededIfTheServerRefusesThem(TestServer server, ServerFolder remote) throws Exception {
    try (var proxy = FaultProxy.to(server);
        var client = TransferClient.busy(proxy, server)) {
      proxy.refuse();
      var result = client.transfers().put(file, remote.path("to"), SLOW);
      assertArrived(remote.local("to"), result);
      assertThat(result.attempts()).isEqualTo(1);
      assertThat(client.store().maxStripes()).isEqualTo(4);
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "it closes one session of the server's")
  void mayBeLost() throws Exception {
    try (var server = MinaServer.start();
        var proxy = FaultProxy.to(server);
        var client = TransferClient.busy(proxy, server)) {
      Path there = server.home().resolve("to");
      var seen = new AtomicLong();
      TransferOptions watched =
          SLOW.toBuilder()
              .progress(
                  progress -> {
                    var sessions =
                        server.unwrap().getActiveSessions().stream()
                            .filter(AbstractSession::isAuthenticated)
                            .toList();
                    if (sessions.size() > 1) {
                      seen.compareAndSet(0, progress.bytes());
                      if (progress.bytes() - seen.get() > SIZE / 10) {
                        sessions.get(sessions.size() - 1).close(true);
                        seen.set(SIZE);
                      }
                    }
                  })
              .build();
      var result = client.transfers().put(file, there.toString(), watched);
      assertThat(seen).hasValue(SIZE);
      assertArrived(there, result);
      assertThat(result.attempts()).isGreaterThan(1);
    }
  }
}
