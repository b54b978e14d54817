package io.github.jsftp.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.CommandOptions;
import io.github.jsftp.Connection;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.SftpException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Trees;
import io.github.jsftp.testing.Users;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on a real sshd, with streams and limits. */
@LeakCheck
@Timeout(300)
class CommandOptionsTest {
  private static final int WINDOW = 2 << 20;

  private static Users users;
  private static OpenSshServer server;
  private static Path dir;

  private Connection sftp;

  /** Signals reach the commands of ordinary users only: sshd sends none for root. */
  @BeforeAll
  static void startServer() throws IOException {
    if (System.getProperty("user.name").equals("root")) {
      users = new Users("jtcommand");
      users.group("jtcommands").user("jtcommand", "jtcommands");
      server = OpenSshServer.startFor("jtcommand", "MaxSessions 4");
    } else {
      server = OpenSshServer.start("MaxSessions 4");
    }
    dir = server.home();
  }

  @AfterAll
  static void stopServer() throws IOException {
    if (server != null) {
      server.close();
    }
    if (users != null) {
      users.close();
    }
  }

  @BeforeEach
  void connect() throws IOException {
    Files.deleteIfExists(dir.resolve("pid"));
    sftp = Connection.connect(Connections.options(server).build());
  }

  @AfterEach
  void close() {
    sftp.close();
  }

  @Test
  void passesInputAndBothOutputsAsTheyAre() throws IOException {
    byte[] sent = Trees.bytes(1, 1_000_000);
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();

    var result =
        sftp.execute(
            "tee /dev/stderr; exit 3",
            CommandOptions.builder()
                .stdin(new ByteArrayInputStream(sent))
                .stdout(out)
                .stderr(err)
                .build());

    assertThat(Arrays.equals(out.toByteArray(), sent)).isTrue();
    assertThat(Arrays.equals(err.toByteArray(), sent)).isTrue();
    assertThat(result.exitStatus()).hasValue(3);
    assertThat(result.stdout()).isEmpty();
    assertThat(result.stderr()).isEmpty();
  }

  @Test
  void passesBytesAsOftenAsTheOptionsAreUsed() throws IOException {
    var options = CommandOptions.builder().stdin("one\n".getBytes(StandardCharsets.UTF_8)).build();

    assertThat(sftp.execute("cat", options).lines()).containsExactly("one");
    assertThat(sftp.execute("cat", options).lines()).containsExactly("one");
  }

  @Test
  void holdsNoMoreThanTheWindowForASlowStream() throws Exception {
    var slow = new SlowStream();
    var outcome = new CompletableFuture<Boolean>();
    var options = CommandOptions.builder().stdout(slow).maxHeldBytes(0).build();
    inBackground(outcome, () -> sftp.execute("head -c 20000000 /dev/zero", options).succeeded());
    slow.begun.await();

    // Other channels of the session are not held up.
    assertThat(sftp.execute("head -c 3000000 /dev/zero").stdout()).hasSize(3_000_000);
    assertThat(sftp.isDir(".")).isTrue();

    slow.mayGoOn.countDown();
    assertThat(outcome.get()).isTrue();
    assertThat(slow.bytes).isEqualTo(20_000_000);
    assertThat(slow.most).isBetween(1, WINDOW);
  }

  @Test
  void endsACommandThatPrintsMoreThanMayBeHeld() throws Exception {
    var options = CommandOptions.builder().maxHeldBytes(1_000_000).build();

    for (int i = 0; i < 10; i++) { // more often than the server grants channels
      assertThatThrownBy(() -> sftp.execute(noting("exec yes"), options))
          .isExactlyInstanceOf(SftpException.class)
          .hasMessage(
              "execute: the command was ended, as it printed over 1,000,000 bytes: raise"
                  + " maxHeldBytes(..), or pass stdout(..) a stream [%s@127.0.0.1:%d]",
              server.username(), server.port());
      awaitEndOfCommand();
    }
    assertThat(sftp.execute("head -c 1000000 /dev/zero", options).stdout()).hasSize(1_000_000);
  }

  @Test
  void countsBothOutputsThatAreHeld() {
    var options = CommandOptions.builder().maxHeldBytes(10).build();

    assertThatThrownBy(() -> sftp.execute("echo 12345; echo 12345 >&2; echo", options))
        .hasMessageContaining("printed over 10 bytes");
  }

  @Test
  void endsACommandThatTakesTooLong() throws Exception {
    for (String command : List.of("exec sleep 600", "while :; do echo x; done")) {
      int millis = 501;
      Files.deleteIfExists(dir.resolve("pid"));
      assertIsEndedAfter(millis, command);
      while (!Files.exists(dir.resolve("pid"))) { // it was ended before it began
        millis *= 2;
        assertIsEndedAfter(millis, command);
      }
      awaitEndOfCommand();
    }
  }

  private void assertIsEndedAfter(int millis, String command) {
    var options = CommandOptions.builder().timeLimit(Duration.ofMillis(millis)).build();
    assertThatThrownBy(() -> sftp.execute(noting(command), options))
        .isInstanceOf(OperationTimeoutException.class)
        .hasMessageStartingWith(
            "execute: the command was ended, as it took over %d ms, its timeLimit(..) [", millis);
  }

  @Test
  void endsACommandWhenTheCallerIsInterrupted() throws Exception {
    var outcome = new CompletableFuture<Throwable>();
    Thread caller =
        inBackground(outcome, () -> catchThrowable(() -> sftp.execute(noting("exec sleep 600"))));
    Eventually.until("the command", () -> Files.exists(dir.resolve("pid")));

    caller.interrupt();

    assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
    awaitEndOfCommand();
  }

  @Test
  void endsACommandWhoseInputThrows() throws Exception {
    var broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            if (!Files.exists(dir.resolve("pid"))) {
              return 'x';
            }
            throw new IOException("the disk is gone");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            bytes[offset] = (byte) read();
            return 1;
          }
        };
    String command = noting("cat > /dev/null; touch '" + dir + "/complete'");

    assertThatThrownBy(() -> sftp.execute(command, CommandOptions.builder().stdin(broken).build()))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("the disk is gone");

    awaitEndOfCommand();
    assertThat(dir.resolve("complete")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endsACommandWhoseOutputThrows(boolean checked) throws Exception {
    var broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            if (checked) {
              throw new IOException("the disk is full");
            }
            throw new IllegalStateException("the disk is full");
          }
        };

    assertThatThrownBy(
            () -> sftp.execute(noting("exec yes"), CommandOptions.builder().stdout(broken).build()))
        .isExactlyInstanceOf(checked ? IOException.class : IllegalStateException.class)
        .hasMessage("the disk is full");

    awaitEndOfCommand();
  }

  @Test
  void doesNotWaitForInputThatTheCommandDoesNotRead() throws Exception {
    try (var endless = new PipedOutputStream()) {
      var options = CommandOptions.builder().stdin(new PipedInputStream(endless)).build();
      endless.write("abc\n".getBytes(StandardCharsets.UTF_8));

      assertThat(sftp.execute("head -n 1", options).lines()).containsExactly("abc");

      var unread = CommandOptions.builder().stdin(new byte[30_000_000]).build();
      assertThat(sftp.execute("true", unread).succeeded()).isTrue();
      Eventually.until("no thread", () -> threads("jsftp-input") == 0);
    }
  }

  @Test
  void returnsTheStatusOfTheShellForAMissingCommand() throws IOException {
    var result = sftp.execute("no-such-command-here");

    assertThat(result.exitStatus()).hasValue(127);
    assertThat(result.succeeded()).isFalse();
    assertThat(result.signal()).isEmpty();
    assertThat(result.stderr()).contains("not found");
    assertThat(result)
        .hasToString("exit status 127, output of 0 and %d characters", result.stderr().length());
  }

  @Test
  void keepsNamesThatAreNotInTheCharset() throws IOException {
    sftp.mkdir("odd");
    sftp.execute("cd '" + sftp.pwd() + "/odd' && printf content > \"$(printf 'caf\\351')\"");

    String name = sftp.execute("ls '" + sftp.pwd() + "/odd'").lines().get(0);

    assertThat(name).isEqualTo(sftp.listdir("odd").get(0)).startsWith("caf");
    assertThat(sftp.readString("odd/" + name)).isEqualTo("content");
    assertThat(sftp.execute("cat '" + sftp.pwd() + "/odd/" + name + "'").stdout())
        .isEqualTo("content");
    var latin = CommandOptions.builder().charset(StandardCharsets.ISO_8859_1).build();
    assertThat(sftp.execute("cd '" + sftp.pwd() + "/odd'; ls; cat café", latin).stdout())
        .isEqualTo("café\ncontent");
  }

  @Test
  void refusesWhatTheCharsetLacks() {
    var ascii = CommandOptions.builder().charset(StandardCharsets.US_ASCII).build();

    assertThatThrownBy(() -> sftp.execute("echo ü", ascii))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the command can't be encoded in US-ASCII");
  }

  @Test
  void refusesLimitsThatMakeNoSense() {
    var builder = CommandOptions.builder();

    assertThatThrownBy(() -> builder.timeLimit(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.maxHeldBytes(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void showsNoInput() {
    var options = CommandOptions.builder().stdin("secret".getBytes(StandardCharsets.UTF_8)).build();

    assertThat(options.toString()).contains("stdin=6 bytes").doesNotContain("secret");
    assertThat(options.toBuilder().build()).hasToString(options.toString());
  }

  /** Returns the command, preceded by one that writes the process id to a file. */
  private static String noting(String command) {
    return "echo $$ > '%1$s.new'; mv '%1$s.new' '%1$s'; %2$s"
        .formatted(dir.resolve("pid"), command);
  }

  private static void awaitEndOfCommand() throws IOException {
    long pid = Long.parseLong(Files.readString(dir.resolve("pid")).strip());
    Eventually.until("the end", () -> ProcessHandle.of(pid).isEmpty());
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name))
        .count();
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private static <T> Thread inBackground(CompletableFuture<T> outcome, Call<T> call) {
    var caller =
        new Thread(
            () -> {
              try {
                outcome.complete(call.run());
              } catch (Throwable e) {
                outcome.completeExceptionally(e);
              }
            });
    caller.start();
    return caller;
  }

  /** Blocks in the first write until it may go on. */
  private static final class SlowStream extends OutputStream {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);
    long bytes;
    int most;

    @Override
    public void write(int b) {
      throw new AssertionError("written byte by byte");
    }

    @Override
    public void write(byte[] block, int offset, int length) throws IOException {
      bytes += length;
      most = Math.max(most, length);
      begun.countDown();
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }
  }
}
