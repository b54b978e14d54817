package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.Session;
import io.github.jsftp.CommandOptions;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.ssh.Commands;
import io.github.jsftp.internal.ssh.SingleRequests;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.OpenSshServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaxSessionsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void leavesRoomForSingleRequestsAndCommands(int channels) throws Exception {
    try (var server = OpenSshServer.start("MaxSessions " + channels);
        SshConnection connection = Ssh.open(server);
        var singleRequests =
            new SingleRequests(
                connection, () -> Duration.ofSeconds(20), Ssh.failures(server), Backoff.NEVER)) {
      int links = 0;
      while (links < 10 && opens(connection)) {
        links++;
      }
      assertThat(links).isEqualTo(channels);
      assertThat(singleRequests.stat("stat", "/").isDir()).isTrue();
      var commands =
          new Commands(
              connection, () -> Duration.ofSeconds(20), Ssh.failures(server), Backoff.NEVER);
      assertThat(commands.execute("echo hello", CommandOptions.defaults()).stdout())
          .isEqualTo("hello\n");
      many(8, 200, () -> singleRequests.stat("stat", "/").isDir());
      assertThat(server.openSessions()).isBetween(2, 4);
    }
  }

  @Test
  void letsCommandsWaitForAChannel() throws Exception {
    try (var server = OpenSshServer.start("MaxSessions 1");
        SshConnection connection = Ssh.open(server);
        var commands =
            new Commands(
                connection, () -> Duration.ofSeconds(60), Ssh.failures(server), Backoff.NEVER)) {
      many(
          16,
          64,
          () -> commands.execute("echo x", CommandOptions.defaults()).stdout().equals("x\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void opensAnotherSessionIfOthersTakeTheChannelsOfANewOne(boolean isClosedAtOnce)
      throws Exception {
    try (var server = OpenSshServer.start("MaxSessions 1");
        SshConnection connection = Ssh.open(server)) {
      assertThat(opens(connection)).isTrue();
      Logger logger = Logger.getLogger("io.github.jsftp");
      var taker = new ChannelTaker(connection, isClosedAtOnce);
      Level before = logger.getLevel();
      logger.setLevel(Level.FINE);
      logger.addHandler(taker);
      try {
        var commands =
            new Commands(
                connection, () -> Duration.ofSeconds(60), Ssh.failures(server), Backoff.NEVER);
        assertThat(commands.execute("echo x", CommandOptions.defaults()).stdout()).isEqualTo("x\n");
      } finally {
        logger.removeHandler(taker);
        logger.setLevel(before);
      }
      assertThat(taker.taken).isTrue();
      server.programs("sleep").forEach(ProcessHandle::destroy);
    }
  }

  @Test
  void opensAnotherSessionIfTheChannelsOfClosedOnesAreStillInUse() throws Exception {
    try (var server = OpenSshServer.start("MaxSessions 1");
        SshConnection connection = Ssh.open(server)) {
      for (int i = 0; i < 3; i++) {
        closeBeforeItEnds(connection);
      }
      assertThat(opens(connection)).isTrue();
      assertThat(server.openSessions()).isEqualTo(4);
      server.programs("sleep").forEach(ProcessHandle::destroy);
    }
  }

  /** Opens a channel on the second session before the thread that has opened the session can. */
  private static final class ChannelTaker extends Handler {
    private final SshConnection connection;
    private final boolean isClosedAtOnce;
    private volatile boolean taken;

    ChannelTaker(SshConnection connection, boolean isClosedAtOnce) {
      this.connection = connection;
      this.isClosedAtOnce = isClosedAtOnce;
    }

    @Override
    public void publish(LogRecord log) {
      if (log.getMessage().contains("logged in again for a further session, 2 of")) {
        try {
          if (isClosedAtOnce) {
            closeBeforeItEnds(connection);
          } else {
            connection.openSftp(false, channel -> {});
          }
          taken = true;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void opensTheFirstTransportOnAFurtherSession() throws Exception {
    try (var server = OpenSshServer.start("MaxSessions 1");
        SshConnection connection = Ssh.open(server);
        var singleRequests =
            new SingleRequests(
                connection, () -> Duration.ofSeconds(20), Ssh.failures(server), Backoff.NEVER)) {
      singleRequests.stat("stat", "/");
      assertThat(opens(connection)).isTrue();
      assertThat(opens(connection)).isFalse();
    }
  }

  @Test
  void replacesATransportThatIsAboutToBeClosed() throws Exception {
    try (var server = OpenSshServer.start();
        SshConnection connection = Ssh.open(Ssh.options(server).maxChannels(1))) {
      Transport first = connection.open(new Ssh.DiscardedReplies());
      assertThat(opens(connection)).isFalse();
      first.release();
      assertThat(opens(connection)).isTrue();
    }
  }

  @Test
  void failsIfANewSessionGrantsNoChannel() throws Exception {
    try (var server = OpenSshServer.start("MaxSessions 0");
        SshConnection connection = Ssh.open(server)) {
      assertThatThrownBy(() -> connection.open(new Ssh.DiscardedReplies()))
          .isInstanceOf(ConnectionException.class)
          .hasMessage("connect: the server grants no further channel [%s]", Ssh.peer(server));
      Eventually.until("one session and no other", () -> server.openSessions() == 1);
    }
  }

  @Test
  void unwrapsAUsableJschChannel() throws Exception {
    try (var server = OpenSshServer.start("MaxSessions 1")) {
      SshConnection connection = Ssh.open(server);
      assertThat(connection.unwrap(Session.class).isConnected()).isTrue();
      ChannelSftp sftp = connection.unwrap(ChannelSftp.class);
      assertThat(sftp.realpath("/")).isEqualTo("/");
      assertThat(connection.unwrap(ChannelSftp.class).getHome())
          .isEqualTo(server.home().toString());
      connection.close();
      assertThat(sftp.isConnected()).isFalse();
      assertThatThrownBy(() -> connection.unwrap(String.class))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Closes the channel of a command. sshd counts the channel until the command ends. */
  private static void closeBeforeItEnds(SshConnection connection) throws IOException {
    connection
        .openExec(command -> command.setCommand("sleep 60"), Duration.ofSeconds(60))
        .disconnect();
  }

  private static boolean opens(SshConnection connection) throws IOException {
    try {
      connection.open(new Ssh.DiscardedReplies());
      return true;
    } catch (Transport.Refused e) {
      return false;
    }
  }

  private interface ConcurrentCall {
    boolean run() throws IOException;
  }

  private static void many(int threads, int times, ConcurrentCall call) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      var results = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < times; i++) {
        results.add(executor.submit(call::run));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      executor.shutdown();
    }
  }
}
