package io.github.jsftp.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.CommandResult;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.internal.transfer.Backoff;
import io.github.jsftp.testing.Await;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.RemoteFolder;
import io.github.jsftp.testing.SftpServer;
import io.github.jsftp.testing.TestServer;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SftpServer
class CommandsTest {
  private TestServer server;
  private RemoteFolder folder;
  private SshConnection connection;
  private Commands commands;

  @BeforeEach
  void connect(TestServer theServer, RemoteFolder theFolder) throws Exception {
    server = theServer;
    folder = theFolder;
    connection = Ssh.open(server);
    commands =
        new Commands(connection, () -> Duration.ofSeconds(20), Ssh.failures(server), Backoff.NEVER);
  }

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  void returnsWhatACommandPrintsAndItsStatus() throws Exception {
    CommandResult result = commands.execute("echo 'out ü'; echo error >&2; exit 3");
    assertThat(result).isEqualTo(new CommandResult("out ü\n", "error\n", 3));
    assertThat(commands.execute("true")).isEqualTo(new CommandResult("", "", 0));
  }

  @Test
  void takesLotsOfBothStreams() throws Exception {
    CommandResult result = commands.execute("head -c 3000000 /dev/zero | tee /dev/stderr");
    assertThat(result.stdout()).hasSize(3_000_000);
    assertThat(result.stderr()).hasSize(3_000_000);
  }

  @Test
  void refusesANulBeforeAnythingIsSent() throws Exception {
    assertThatThrownBy(() -> commands.execute("echo x\0y"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("command has a NUL");
    assertThat(commands.execute("echo x").stdout()).isEqualTo("x\n");
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MINA ends a command with its shell")
  void waitsForTheEndOfTheOutputAsSshDoes() throws Exception {
    CommandResult result = commands.execute("(sleep 2; echo later) & echo now");
    assertThat(result.stdout()).isEqualTo("now\nlater\n");
  }

  @Test
  void givesACommandNothingToRead() throws Exception {
    assertThat(commands.execute("cat; echo end").stdout()).isEqualTo("end\n");
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MINA tells no signals")
  void tellsWhichSignalEndedACommand() throws Exception {
    assertThat(commands.execute("kill -TERM $$").exitStatus()).isEqualTo(143);
    assertThat(commands.execute("kill -KILL $$").exitStatus()).isEqualTo(137);
  }

  @Test
  void stopsWaitingWhenInterrupted() throws Exception {
    var flag = new AtomicBoolean();
    var outcome = new CompletableFuture<Throwable>();
    Thread caller = inBackground(outcome, flag);
    Await.until("the command", () -> Files.exists(folder.local("started")));
    caller.interrupt();
    assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(flag).isTrue();
    assertThat(commands.execute("echo next").stdout()).isEqualTo("next\n");
  }

  @Test
  void doesNotClaimToKnowWhatBecameOfACommandOnALostConnection() throws Exception {
    var outcome = new CompletableFuture<Throwable>();
    inBackground(outcome, new AtomicBoolean());
    Await.until("the command", () -> Files.exists(folder.local("started")));
    server.disconnectAll();
    assertThat(outcome.get())
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith(
            "execute: connection lost, and unknown whether the command has run to its end: ");
  }

  @Test
  void doesNotClaimToKnowWhatBecameOfACommandOnAClosedConnection() throws Exception {
    for (int i = 0; i < 5; i++) {
      Files.deleteIfExists(folder.local("started"));
      var outcomes = new ArrayList<CompletableFuture<Throwable>>();
      for (int j = 0; j < 5; j++) {
        outcomes.add(new CompletableFuture<>());
        inBackground(outcomes.get(j), new AtomicBoolean());
      }
      Await.until("a command", () -> Files.exists(folder.local("started")));
      connection.close();
      for (var outcome : outcomes) {
        assertThat(outcome.get())
            .isInstanceOf(ConnectionException.class)
            .hasMessageStartingWith("execute: ")
            .hasMessageContaining("the connection is closed");
      }
      connect(server, folder);
    }
  }

  @Test
  void saysThatTheServerRunsNoCommands() throws Exception {
    try (var own = MinaServer.start(it -> it.setCommandFactory(null));
        SshConnection toIt = Ssh.open(own)) {
      var none = new Commands(toIt, () -> Duration.ofSeconds(20), Ssh.failures(own), Backoff.NEVER);
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> none.execute("true"))
            .isInstanceOf(OperationNotSupportedException.class)
            .hasMessage(
                "execute: the server does not support running commands [%s]", Ssh.peer(own));
      }
    }
  }

  private Thread inBackground(CompletableFuture<Throwable> outcome, AtomicBoolean interrupted) {
    Thread caller =
        Tasks.daemon(
            "caller",
            () -> {
              try {
                commands.execute("touch '" + folder.path("started") + "'; exec sleep 60");
                outcome.complete(null);
              } catch (Throwable e) {
                interrupted.set(Thread.currentThread().isInterrupted());
                outcome.complete(e);
              }
            });
    caller.start();
    return caller;
  }
}
