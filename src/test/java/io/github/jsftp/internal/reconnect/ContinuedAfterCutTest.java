package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultPlaces;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts the connection once, at offsets all over the conversation. Each copy completes nevertheless.
 */
@OnEachServer
@Timeout(300)
@Tag("long-on-openssh")
class ContinuedAfterCutTest {
  private static final int PLACES = 6;

  @TempDir Path local;

  @ParameterizedTest
  @EnumSource
  @Tag("long")
  void completesAsWithoutALoss(CopyUnderFault.CopyType type, TestServer server, ServerFolder remote)
      throws Exception {
    var copy = new CopyUnderFault(type, local, remote);
    for (Direction direction : Direction.values()) {
      Cut how = Cut.RST;
      for (long place : copy.places(direction, server, PLACES)) {
        copy.makeOld();
        try (var proxy = FaultProxy.to(server);
            var sftp = connect(server, proxy)) {
          proxy.cutAfter(direction, place, how);

          copy.run(sftp);

          assertThat(remote.partFiles()).as("%s after %d %s", how, place, direction).isEmpty();
          copy.assertNew();
        }
        how = how == Cut.RST ? Cut.FIN : Cut.RST;
      }
    }
  }

  @Test
  void continuesAPartialUpload(TestServer server, ServerFolder remote) throws Exception {
    Path source = Trees.file(local.resolve("source"), 1, 3_000_000);
    var once = TransferOptions.builder().resume(true).retries(0).build();
    var resuming = TransferOptions.builder().resume(true).build();
    int cuts = FaultPlaces.areManyTried() ? 2 * PLACES : 4;
    for (int i = 0; i < cuts; i++) {
      try (var proxy = FaultProxy.to(server);
          var sftp = connect(server, proxy)) {
        proxy.cutAfter(Direction.UP, 2_000_000, Cut.FIN);
        assertThatThrownBy(() -> sftp.put(source, remote.path("target"), once))
            .isInstanceOf(ConnectionException.class);
        sftp.stat("/");
        Eventually.until("all that came is written", () -> server.openHandles() == 0);
        proxy.cutAfter(i % 2 == 0 ? Direction.UP : Direction.DOWN, 100 + 400L * i * i);

        TransferResult result = sftp.put(source, remote.path("target"), resuming);

        Trees.assertSameBytes(remote.local("target"), source);
        assertThat(remote.partFiles()).isEmpty();
        assertThat(result.resumedFrom()).isPositive();
      }
      Files.delete(remote.local("target"));
    }
  }

  private static Connection connect(TestServer server, FaultProxy proxy) throws IOException {
    return Connection.connect(Connections.options(server, proxy.port()).build());
  }
}
