package io.github.jsftp.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.BulkException;
import io.github.jsftp.BulkResult;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultPlaces;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts the connection at every packet of a call with many paths. After each call, every file must
 * be where its outcome tells, and none may be lost.
 */
@OnEachServer
@Tag("faults")
@Timeout(300)
class BulkFaultsTest {
  private static final int FILES = 5;

  /** The number of positions in each direction, unless there is time for all of them. */
  private static final int POSITIONS = 4;

  private static final int FEW_POSITIONS = 2;

  /** A call for files named "f0", "f1" and so on. */
  enum Call {
    REMOVE_ALL {
      @Override
      BulkResult run(Connection sftp) throws IOException {
        return sftp.removeAll(names());
      }

      @Override
      boolean isAsTold(FileOutcome outcome, boolean isOldThere, boolean isNewThere) {
        return switch (outcome.kind()) {
          case DELETED -> !isOldThere;
          case SKIPPED -> isOldThere;
          default -> outcome.failure().isPresent();
        };
      }
    },
    RENAME_ALL {
      @Override
      BulkResult run(Connection sftp) throws IOException {
        Map<String, String> newNames = new LinkedHashMap<>();
        names().forEach(name -> newNames.put(name, "new-" + name));
        return sftp.renameAll(newNames);
      }

      @Override
      boolean isAsTold(FileOutcome outcome, boolean isOldThere, boolean isNewThere) {
        return isOldThere != isNewThere
            && switch (outcome.kind()) {
              case RENAMED -> isNewThere;
              case SKIPPED -> isOldThere;
              default -> outcome.failure().isPresent();
            };
      }
    };

    abstract BulkResult run(Connection sftp) throws IOException;

    abstract boolean isAsTold(FileOutcome outcome, boolean isOldThere, boolean isNewThere);

    static List<String> names() {
      var names = new ArrayList<String>();
      for (int i = 0; i < FILES; i++) {
        names.add("f" + i);
      }
      return names;
    }
  }

  private Connection connect(
      TestServer server, FaultProxy proxy, ServerFolder folder, boolean reconnect)
      throws IOException {
    return Connection.connect(
        Connections.options(server, proxy.port())
            .defaultPath(folder.path())
            .maxRequests(2)
            .reconnect(reconnect)
            .build());
  }

  /** Restores the files, once the server has ended what it had received before a cut. */
  private static void set(TestServer server, ServerFolder folder) throws IOException {
    Eventually.until("the server is idle", () -> server.leftovers().isEmpty());
    for (String name : Call.names()) {
      Files.deleteIfExists(folder.local("new-" + name));
      Files.writeString(folder.local(name), name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingWhereverTheConnectionIsCut(Call call, TestServer server, ServerFolder folder)
      throws IOException {
    for (Direction direction : Direction.values()) {
      FaultPositions positions = record(call, direction, server, folder);
      for (int i = 0; i < Math.min(positions.size(), limit()); i++) {
        long position = positions.next();
        set(server, folder);
        try (var proxy = FaultProxy.to(server);
            var sftp = connect(server, proxy, folder, i % 2 == 0)) {
          proxy.cutAfter(direction, position);
          BulkResult result = run(call, sftp, i % 2 == 0);
          for (FileOutcome outcome : result.outcomes()) {
            assertThat(
                    call.isAsTold(
                        outcome,
                        Files.exists(folder.local(outcome.path())),
                        Files.exists(folder.local("new-" + outcome.path()))))
                .as("cut at byte %d %s: %s", position, direction, outcome)
                .isTrue();
          }
        }
      }
    }
  }

  private static int limit() {
    return FaultPlaces.areAllTried()
        ? Integer.MAX_VALUE
        : FaultPlaces.areManyTried() ? POSITIONS : FEW_POSITIONS;
  }

  private FaultPositions record(
      Call call, Direction direction, TestServer server, ServerFolder folder) throws IOException {
    set(server, folder);
    try (var proxy = FaultProxy.to(server);
        var sftp = connect(server, proxy, folder, true)) {
      proxy.record();
      long begin = proxy.bytes(direction);
      call.run(sftp);
      return new FaultPositions(proxy.chunkEnds(direction), begin, new Random());
    }
  }

  private static BulkResult run(Call call, Connection sftp, boolean reconnects) throws IOException {
    try {
      BulkResult result = call.run(sftp);
      assertThat(result.succeeded()).isEqualTo(FILES);
      return result;
    } catch (ConnectionException e) {
      assertThat(reconnects).as("gets over %s", e).isFalse();
      return ((BulkException) e.getSuppressed()[0]).report();
    }
  }
}
