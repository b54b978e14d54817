package io.github.jsftp.internal.ssh;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.CommandOptions;
import io.github.jsftp.CommandResult;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ContentCallback;
import io.github.jsftp.FailureCallback;
import io.github.jsftp.FileCallback;
import io.github.jsftp.FileInfo;
import io.github.jsftp.OnError;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnEachServer
class CommandsTest {
  /** Serves as a file name and as the name of a checksum algorithm. */
  private static final String NAME = "SHA-256";

  private TestServer server;
  private ServerFolder folder;
  private SshConnection connection;
  private Commands commands;

  @BeforeEach
  void connect(TestServer theServer, ServerFolder theFolder) throws Exception {
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
  void returnsTheOutputAndStatusOfACommand() throws Exception {
    CommandResult result =
        commands.execute("echo 'out ü'; echo error >&2; exit 3", CommandOptions.defaults());
    assertThat(result)
        .isEqualTo(Results.NEW.commandResult("out ü\n", "error\n", OptionalInt.of(3), null));
    assertThat(commands.execute("true", CommandOptions.defaults()))
        .isEqualTo(Results.NEW.commandResult("", "", OptionalInt.of(0), null));
  }

  @Test
  void readsLargeOutputOnBothStreams() throws Exception {
    CommandResult result =
        commands.execute("head -c 3000000 /dev/zero | tee /dev/stderr", CommandOptions.defaults());
    assertThat(result.stdout()).hasSize(3_000_000);
    assertThat(result.stderr()).hasSize(3_000_000);
  }

  @Test
  void refusesANulCharacterBeforeAnythingIsSent() throws Exception {
    assertThatThrownBy(() -> commands.execute("echo x\0y", CommandOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the command contains a NUL character");
    assertThat(commands.execute("echo x", CommandOptions.defaults()).stdout()).isEqualTo("x\n");
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MINA ends a command with its shell")
  void waitsForTheEndOfTheOutputAsSshDoes() throws Exception {
    CommandResult result =
        commands.execute("(sleep 2; echo later) & echo now", CommandOptions.defaults());
    assertThat(result.stdout()).isEqualTo("now\nlater\n");
  }

  @Test
  void closesTheInputOfACommand() throws Exception {
    assertThat(commands.execute("cat; echo end", CommandOptions.defaults()).stdout())
        .isEqualTo("end\n");
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MINA tells no signals")
  void reportsTheSignalThatEndedACommand() throws Exception {
    for (String signal : List.of("TERM", "KILL")) {
      CommandResult result = commands.execute("kill -" + signal + " $$", CommandOptions.defaults());
      assertThat(result.signal()).contains(signal);
      assertThat(result.exitStatus()).isEmpty();
      assertThat(result.succeeded()).isFalse();
    }
  }

  @Test
  void stopsWaitingWhenInterrupted() throws Exception {
    var flag = new AtomicBoolean();
    var outcome = new CompletableFuture<Throwable>();
    Thread caller = inBackground(outcome, flag);
    Eventually.until("the command", () -> Files.exists(folder.local("started")));
    caller.interrupt();
    assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(flag).isTrue();
    assertThat(commands.execute("echo next", CommandOptions.defaults()).stdout())
        .isEqualTo("next\n");
  }

  @Test
  void reportsAnUnknownOutcomeOnALostConnection() throws Exception {
    var outcome = new CompletableFuture<Throwable>();
    inBackground(outcome, new AtomicBoolean());
    Eventually.until("the command", () -> Files.exists(folder.local("started")));
    server.disconnectAll();
    assertThat(outcome.get())
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith(
            "execute: connection lost, and unknown whether the command has finished: ");
  }

  @Test
  void reportsAnUnknownOutcomeOnAClosedConnection() throws Exception {
    for (int i = 0; i < 5; i++) {
      Files.deleteIfExists(folder.local("started"));
      var outcomes = new ArrayList<CompletableFuture<Throwable>>();
      for (int j = 0; j < 5; j++) {
        outcomes.add(new CompletableFuture<>());
        inBackground(outcomes.get(j), new AtomicBoolean());
      }
      Eventually.until("a command", () -> Files.exists(folder.local("started")));
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
  @Tag("long-on-openssh")
  void saysThatTheServerRunsNoCommands() throws Exception {
    try (var own = MinaServer.start(it -> it.setCommandFactory(null));
        SshConnection toIt = Ssh.open(own)) {
      var none = new Commands(toIt, () -> Duration.ofSeconds(20), Ssh.failures(own), Backoff.NEVER);
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> none.execute("true", CommandOptions.defaults()))
            .isInstanceOf(OperationNotSupportedException.class)
            .hasMessage(
                "execute: the server does not support running commands [%s]", Ssh.peer(own));
      }
    }
  }

  /** Calls every method of Connection; each path is a file's or a directory's. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("long-on-openssh")
  void areRunByExecuteOnly(boolean file, @TempDir Path local) throws Exception {
    var asked = new CopyOnWriteArrayList<String>();
    try (var own = recording(asked);
        var sftp = Connection.connect(Connections.options(own).build())) {
      for (Method method : methods()) {
        sftp.chdir(own.home().toString());
        Path here = Files.createDirectories(local.resolve(method.getName())).resolve(NAME);
        for (Path path : List.of(own.home().resolve(NAME), here)) {
          Files.deleteIfExists(path);
          if (file) {
            Files.writeString(path, "text");
          } else {
            Files.createDirectory(path);
          }
        }
        var given =
            Stream.of(method.getGenericParameterTypes()).map(type -> given(type, here, sftp));
        try {
          if (method.invoke(sftp, given.toArray()) instanceof AutoCloseable open) {
            open.close();
          }
        } catch (InvocationTargetException e) {
          assertThat(e.getCause()).as("%s", method).isInstanceOf(IOException.class);
        }
      }
      assertThat(asked).isNotEmpty().allMatch("sftp"::equals);
    }
  }

  @Test
  void reachTheServersShellAsTheyAre() throws Exception {
    var asked = new CopyOnWriteArrayList<String>();
    String command = "echo  \"$HOME\"; 'ü\\\n x' # *\n";
    try (var own = recording(asked);
        var sftp = Connection.connect(Connections.options(own).build())) {
      sftp.execute(command);
      assertThat(asked).containsExactly("sftp", command);
    }
  }

  /** Starts a server that records the subsystems and commands requested. */
  private static MinaServer recording(List<String> asked) throws IOException {
    return MinaServer.start(
        it -> {
          var sftp = it.getSubsystemFactories().get(0);
          it.setSubsystemFactories(
              List.of(
                  new SubsystemFactory() {
                    @Override
                    public String getName() {
                      return sftp.getName();
                    }

                    @Override
                    public Command createSubsystem(ChannelSession channel) throws IOException {
                      asked.add(sftp.getName());
                      return sftp.createSubsystem(channel);
                    }
                  }));
          it.setCommandFactory(
              (channel, command) -> {
                asked.add(command);
                return ProcessShellCommandFactory.INSTANCE.createCommand(channel, "true");
              });
        });
  }

  private static List<Method> methods() {
    var targets = List.of(Path.class, OutputStream.class);
    return Stream.of(Connection.class.getMethods())
        .filter(it -> it.getDeclaringClass().equals(Connection.class))
        .filter(it -> !Modifier.isStatic(it.getModifiers()))
        .filter(it -> !Set.of("execute", "close", "unwrap").contains(it.getName()))
        .filter(
            it ->
                !(it.getName().equals("get")
                    && Collections.disjoint(List.of(it.getParameterTypes()), targets))) // into "."
        .toList();
  }

  private static Object given(Type type, Path local, Connection sftp) {
    if (type.getTypeName().equals("java.util.Collection<java.nio.file.Path>")) {
      return List.of(local);
    }
    Class<?> raw = (Class<?>) (type instanceof ParameterizedType of ? of.getRawType() : type);
    var sure = TransferOptions.builder().verify(TransferOptions.Verify.CONTENT).build();
    return Map.<Class<?>, Object>ofEntries(
            entry(String.class, NAME),
            entry(Path.class, local),
            entry(TransferOptions.class, sure),
            entry(InputStream.class, InputStream.nullInputStream()),
            entry(OutputStream.class, OutputStream.nullOutputStream()),
            entry(OpenOption[].class, new OpenOption[0]),
            entry(Set.class, PosixFilePermissions.fromString("rwx------")),
            entry(Collection.class, List.of(NAME)),
            entry(Iterable.class, List.of(file())),
            entry(Map.class, Map.of(NAME, NAME + "2")),
            entry(OnError.class, OnError.ABORT),
            entry(ContentCallback.class, (ContentCallback) (info, in) -> {}),
            entry(Connection.class, sftp),
            entry(byte[].class, new byte[1]),
            entry(boolean.class, true),
            entry(int.class, 700),
            entry(Integer.class, 1000),
            entry(long.class, 1000L),
            entry(Instant.class, Instant.EPOCH),
            entry(Duration.class, Duration.ofSeconds(20)),
            entry(FileCallback.class, (FileCallback) it -> {}),
            entry(FailureCallback.class, (FailureCallback) (path, failure) -> {}))
        .get(raw);
  }

  private static FileInfo file() {
    return Results.NEW.fileInfo(NAME, FileInfo.Type.FILE, 4, 644, 0, 0, null, null, null);
  }

  private Thread inBackground(CompletableFuture<Throwable> outcome, AtomicBoolean interrupted) {
    Thread caller =
        DaemonThreads.create(
            "caller",
            () -> {
              try {
                commands.execute(
                    "touch '" + folder.path("started") + "'; exec sleep 60",
                    CommandOptions.defaults());
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
