package io.github.jsftp.internal.ssh.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Connections through a local command, mostly {@code ssh -W}. */
@LeakCheck
@Timeout(300)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are for a POSIX shell")
class ProxyCommandTest {
  @TempDir private Path dir;
  private static OpenSshServer gateway;
  private static OpenSshServer server;

  @BeforeAll
  static void start() throws IOException {
    gateway = OpenSshServer.start();
    server = OpenSshServer.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    server.close();
  }

  @AfterEach
  void noProcessIsLeft() {
    Eventually.until("end of the commands", () -> processes("ssh -W", "sleep 98765").isEmpty());
  }

  @Test
  void connectsThroughACommand() throws IOException {
    try (Connection sftp = connect(forward())) {
      assertThat(sftp.pwd()).isEqualTo(server.home().toString());
      assertThat(processes("ssh -W 127.0.0.1:" + server.port() + " ")).hasSize(1);
      Path local = Files.write(dir.resolve("local"), new byte[3_000_000]);
      sftp.put(local, "copy");
      assertThat(sftp.stat("copy").size()).isEqualTo(3_000_000);
    }
  }

  @Test
  void runsNothingUnlessItIsAllowed() {
    Path trace = dir.resolve("trace");
    assertThatThrownBy(() -> connect(options("touch " + trace).allowProxyCommand(false)))
        .isInstanceOf(ConnectionException.class)
        .hasMessage(
            "connect: the proxy command 'touch %s' is not run; allow it with"
                + " allowProxyCommand(true) [%s]",
            trace, Ssh.peer(server));
    assertThat(trace).doesNotExist();
  }

  @Test
  void replacesTokens() {
    Path trace = dir.resolve("trace");
    assertThatThrownBy(() -> connect(options("echo %h %n %p %r %% > " + trace)));
    assertThat(trace)
        .hasContent("127.0.0.1 127.0.0.1 %d %s %%".formatted(server.port(), server.username()));
  }

  @Test
  void endsTheCommandAndItsChildrenOnClose() throws IOException {
    try (Connection sftp = connect(options("sh -c 'sleep 98765 & " + forward() + "'"))) {
      assertThat(sftp.isConnected()).isTrue();
      assertThat(processes("sleep 98765")).hasSizeBetween(1, 2); // the shell names it, too
    }
    Eventually.until("end of the child", () -> processes("sleep 98765").isEmpty());
  }

  @Test
  void killsACommandThatIgnoresSignals() throws IOException {
    connect(options("sh -c 'trap \"\" TERM HUP; " + forward() + "; sleep 98765'")).close();
    Eventually.until("end of the command", () -> processes("sleep 98765").isEmpty());
  }

  @Test
  void killsWhatACommandStartsWhenItIsAskedToEnd() throws IOException {
    String onTerm = "touch " + dir + "/asked; sleep 98764";
    connect(options("sh -c 'trap \"" + onTerm + "\" TERM; " + forward() + "; true'")).close();
    Eventually.until("the signal", () -> Files.exists(dir.resolve("asked")));
    Eventually.until("end of the command", () -> processes("sleep 98764").isEmpty());
  }

  @Test
  void quotesACommandThatFails() {
    assertThatThrownBy(() -> connect(options("sh -c 'echo no way >&2; exit 3'")))
        .isInstanceOf(ConnectionException.class)
        .hasMessage(
            "connect: the proxy command ended with exit status 3; it said 'no way' [%s]",
            Ssh.peer(server));
    assertThatThrownBy(() -> connect(options("/no/such/program")))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("the proxy command ended with exit status 127; it said '");
  }

  @Test
  void isEndedIfItDoesNotRespond() {
    var slow = options("sleep 98765").connectTimeout(Duration.ofSeconds(2));
    assertThatThrownBy(() -> connect(slow))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("timed out after 2 s while waiting for the server's greeting [");
  }

  @Test
  void hasItsErrorOutputLogged() throws IOException {
    Path log = dir.resolve("log");
    var noisy =
        options("sh -c 'printf \"\\033[31mred\\nnext\\n\" >&2; " + forward() + "'").log(log);
    connect(noisy).close();
    Eventually.until("the last line", () -> text(log).contains("the proxy command says: next\n"));
    assertThat(log).content().contains("the proxy command says: ?[31mred\n");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isRunAgainAfterALoss() throws IOException {
    try (Connection sftp = connect(forward())) {
      List<ProcessHandle> before = processes("ssh -W");
      before.forEach(ProcessHandle::destroyForcibly);
      assertThat(sftp.exists("/")).isTrue();
      assertThat(processes("ssh -W")).hasSize(1).doesNotContainAnyElementsOf(before);
    }
  }

  @Test
  void saysThatItEnded() throws IOException {
    try (Connection sftp = connect(options(forward()).reconnect(false))) {
      processes("ssh -W").forEach(ProcessHandle::destroyForcibly);
      Eventually.until("loss of the connection", () -> !sftp.isConnected());
      assertThatThrownBy(() -> sftp.list("/"))
          .hasMessageContaining("connection lost: the proxy command ended with exit status 137");
    }
  }

  @Test
  void isEndedIfTheServerDoesNotAnswerKeepAlives() throws IOException {
    var options = options(forward()).reconnect(false).keepAlive(Duration.ofSeconds(1), 1);
    try (Connection sftp = connect(options)) {
      for (ProcessHandle command : processes("ssh -W")) {
        Users.run("kill", "-STOP", String.valueOf(command.pid()));
      }
      Eventually.until("loss of the connection", () -> !sftp.isConnected());
      assertThatThrownBy(() -> sftp.list("/"))
          .hasMessageContaining("connection lost: no response from the server for 2 s");
    }
  }

  /** Returns a command that leads to the server through the gateway. */
  private static String forward() {
    return "ssh -W %h:%p -p "
        + gateway.port()
        + " -l %r -i "
        + gateway.privateKey()
        + " -F none -o BatchMode=yes -o UserKnownHostsFile="
        + gateway.knownHosts()
        + " 127.0.0.1";
  }

  private static Connection connect(String command) throws IOException {
    return connect(options(command));
  }

  private static Connection connect(ConnectionOptions.Builder options) throws IOException {
    return Connection.connect(options.build());
  }

  private static ConnectionOptions.Builder options(String command) {
    return Ssh.options(server).proxyCommand(command).allowProxyCommand(true);
  }

  /** The processes below this JVM whose command line has one of these texts. */
  private static List<ProcessHandle> processes(String... texts) {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process -> {
              String line = process.info().commandLine().orElse("");
              return List.of(texts).stream().anyMatch(line::contains);
            })
        .toList();
  }
}
