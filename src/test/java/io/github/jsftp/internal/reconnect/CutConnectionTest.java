package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultPlaces;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts the connection for good, at offsets all over the conversation. No file is left half done.
 */
@OnEachServer
@Timeout(300)
@Tag("long-on-mina")
class CutConnectionTest {
  private static final int PLACES = 5;
  private static final int FEW_PLACES = 2;
  private static final int CONNECT_STEP = FaultPlaces.areManyTried() ? 150 : 600;
  // The lengths of signatures and padding differ from one connection to the next, and packets that
  // nobody waits for may come before or after the last one.
  private static final int CONNECT_SPREAD = 512;

  @TempDir Path local;

  @ParameterizedTest
  @EnumSource
  void leavesEachFileOldOrNew(CopyUnderFault.CopyType type, TestServer server, ServerFolder remote)
      throws Exception {
    var copy = new CopyUnderFault(type, local, remote);
    for (Direction direction : Direction.values()) {
      Cut how = Cut.RST;
      for (long place :
          copy.places(direction, server, FaultPlaces.areManyTried() ? PLACES : FEW_PLACES)) {
        copy.makeOld();
        cut(copy, direction, place, how, server);
        how = other(how);
      }
    }
  }

  private static void cut(
      CopyUnderFault copy, Direction direction, long place, Cut how, TestServer server)
      throws IOException {
    String where = "%s after %d bytes %s".formatted(how, place, direction);
    try (var proxy = FaultProxy.to(server);
        var sftp = connect(server, proxy)) {
      proxy.cutAfter(direction, place, how);
      Throwable failure = catchThrowable(() -> copy.run(sftp));
      if (failure != null) {
        assertThat(failure).as(where).isInstanceOf(ConnectionException.class);
        assertThatThrownBy(() -> sftp.stat("/")).isInstanceOf(ConnectionException.class);
        Eventually.until("the loss is known: " + where, () -> !sftp.isConnected());
      }
    }
    server.awaitIdle();
    copy.removeRemoteTemporaries();
    copy.assertOldOrNew();
  }

  @Test
  void reportsAFailedConnection(TestServer server) throws IOException {
    for (Direction direction : Direction.values()) {
      long total;
      try (var proxy = FaultProxy.to(server);
          var sftp = connect(server, proxy)) {
        assertThat(sftp.isConnected()).isTrue();
        total = proxy.bytes(direction);
      }
      Cut how = Cut.RST;
      for (long place = 1; place < total - CONNECT_SPREAD; place += CONNECT_STEP) {
        cutConnecting(direction, place, how, server);
        how = other(how);
      }
    }
  }

  private static void cutConnecting(Direction direction, long place, Cut how, TestServer server)
      throws IOException {
    try (var proxy = FaultProxy.to(server)) {
      proxy.cutAfter(direction, place, how);
      assertThatThrownBy(() -> connect(server, proxy).close())
          .as("%s after %d bytes %s", how, place, direction)
          .isInstanceOf(ConnectionException.class)
          .isNotInstanceOf(AuthenticationException.class)
          .isNotInstanceOf(HostKeyException.class);
    }
  }

  private static Cut other(Cut how) {
    return how == Cut.RST ? Cut.FIN : Cut.RST;
  }

  private static Connection connect(TestServer server, FaultProxy proxy) throws IOException {
    return Connection.connect(Connections.options(server, proxy.port()).reconnect(false).build());
  }
}
