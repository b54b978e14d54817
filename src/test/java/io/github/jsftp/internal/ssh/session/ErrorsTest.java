package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.ssh.SingleRequests;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.TestServer;
import java.io.OutputStream;
import java.time.Duration;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An Error, such as an OutOfMemoryError, is passed on to all waiting callers. */
@OnEachServer
@Timeout(300)
class ErrorsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Backoff ONCE =
      new Backoff(1, Duration.ofMillis(1), Duration.ofMillis(1), LONG);

  @Test
  void endsTheSessionIfItsThreadDies(TestServer server) throws Exception {
    try (var connection = Ssh.open(server);
        var singleRequests =
            new SingleRequests(connection, () -> LONG, Ssh.failures(server), ONCE)) {
      connection.enableReconnect();
      Transport transport = connection.open(new FailingStream());
      transport.requests().write(new byte[] {0, 0, 0, 5, 1, 0, 0, 0, 3});
      transport.requests().flush();
      Eventually.until("the loss", () -> !connection.isConnected());
      Eventually.until("the reason", () -> connection.whyLost() != null);
      assertThat(connection.whyLost()).hasStackTraceContaining("OutOfMemoryError: Java heap space");

      assertThat(singleRequests.stat("stat", "/").isDir()).isTrue();
    }
  }

  @Test
  void reconnectsAfterAFailedAttempt(TestServer server) throws Exception {
    try (var connection = Ssh.open(server);
        var singleRequests =
            new SingleRequests(connection, () -> LONG, Ssh.failures(server), Backoff.NEVER)) {
      singleRequests.stat("stat", "/");
      connection.enableReconnect();
      server.disconnectAll();
      Eventually.until("the loss", () -> !connection.isConnected());
      Logger logger = Logger.getLogger("io.github.jsftp");
      Level level = logger.getLevel();
      var handler = new FailingHandler();
      logger.setLevel(Level.FINE);
      logger.addHandler(handler);
      try {
        assertThatThrownBy(() -> singleRequests.stat("stat", "/"))
            .isInstanceOf(OutOfMemoryError.class);
      } finally {
        logger.removeHandler(handler);
        logger.setLevel(level);
      }
      assertThat(singleRequests.stat("stat", "/").isDir()).isTrue();
    }
  }

  /** Runs out of memory when bytes arrive, on the thread of the session. */
  private static final class FailingStream extends OutputStream {
    @Override
    public void write(int one) {
      throw new OutOfMemoryError("Java heap space");
    }
  }

  /** Runs out of memory when it logs. */
  private static final class FailingHandler extends Handler {
    @Override
    public void publish(LogRecord message) {
      throw new OutOfMemoryError("Java heap space");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
