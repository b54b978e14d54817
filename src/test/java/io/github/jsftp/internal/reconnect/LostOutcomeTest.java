package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The server processes a request, and the connection is lost before the reply arrives. */
@OnEachServer
@Timeout(300)
class LostOutcomeTest {

  private interface Action {
    void on(Connection sftp) throws IOException;
  }

  /**
   * A request.
   *
   * @param isDone returns true once the request has taken effect
   * @param succeeds whether the call succeeds in spite of the loss
   */
  private record Operation(String name, Action action, Predicate<Path> isDone, boolean succeeds) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Operation> operations() {
    Predicate<Path> made = there("new");
    return Stream.of(
        new Operation("mkdir", sftp -> sftp.mkdir("new"), made, false),
        new Operation("mkdir with a mode", sftp -> sftp.mkdir("new", 700), made, false),
        new Operation("symlink", sftp -> sftp.symlink("/nowhere", "new"), made, false),
        new Operation("remove", sftp -> sftp.remove("file"), there("file").negate(), true),
        new Operation("rmdir", sftp -> sftp.rmdir("dir"), there("dir").negate(), true),
        new Operation(
            "replace", sftp -> sftp.replace("file", "other"), there("file").negate(), true),
        new Operation(
            "execute",
            sftp -> sftp.execute("cd " + sftp.pwd() + "; echo > new; exec sleep 15"),
            made,
            false));
  }

  private static Predicate<Path> there(String name) {
    return folder -> Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void isFoundOrReportedAsUnknown(Operation operation, TestServer server, ServerFolder remote)
      throws Exception {
    Files.writeString(remote.local("file"), "text");
    Files.writeString(remote.local("other"), "other");
    Files.createDirectory(remote.local("dir"));
    try (var proxy = FaultProxy.to(server);
        var sftp =
            Connection.connect(
                Connections.options(server, proxy.port()).defaultPath(remote.path()).build())) {
      sftp.stat("file"); // opens the channel for the requests that follow
      long before = proxy.bytes(Direction.UP);
      if (!operation.name.equals("execute")) {
        proxy.stall(Direction.DOWN);
      }
      var outcome =
          CompletableFuture.supplyAsync(
              () -> catchThrowable(() -> operation.action.on(sftp)),
              run -> new Thread(run).start());
      Eventually.until("the request has left", () -> proxy.bytes(Direction.UP) > before);
      Eventually.until("it is done", () -> operation.isDone.test(remote.local()));
      proxy.cutNow();
      proxy.resume();

      Throwable failure = outcome.get();

      if (operation.succeeds) {
        assertThat(failure).isNull();
      } else {
        assertThat(failure)
            .isInstanceOf(ConnectionException.class)
            .hasMessageContaining("connection lost, and unknown whether");
      }
      assertThat(operation.isDone.test(remote.local())).isTrue();
      assertThat(sftp.stat("other").isFile()).isTrue();
    }
  }
}
