package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.ConnectionException;
import java.time.Duration;

/** Failures to connect, as a test expects them however slow the machine is. */
public final class FailedConnects {
  private static final int MAX_SECONDS = 32;
  private static final int MAX_ATTEMPTS = 20;

  private FailedConnects() {}

  /** Connects within a time limit, and fails. */
  public interface TimedConnect {
    void within(Duration limit) throws Exception;
  }

  /** Connects, and fails. */
  public interface Connect {
    void run() throws Exception;
  }

  /**
   * Fails unless connecting times out with this message. Tries again with twice the time if it is
   * over before connecting has come that far.
   *
   * @param message a part of the message, with %d for the limit in seconds
   */
  public static Throwable timedOut(String message, TimedConnect connect) {
    for (int seconds = 1; ; seconds *= 2) {
      var limit = Duration.ofSeconds(seconds);
      String expected = message.formatted(seconds);
      Throwable failure = catchThrowable(() -> connect.within(limit));
      assertThat(failure)
          .isExactlyInstanceOf(ConnectionException.class)
          .hasMessageContaining("timed out");
      if (seconds == MAX_SECONDS || failure.getMessage().contains(expected)) {
        assertThat(failure).hasMessageContaining(expected);
        return failure;
      }
    }
  }

  /**
   * Returns how connecting fails if the server's program ends at once. Tries again if the client
   * has sent its first packet just after the end, because sshd then ends the session.
   */
  public static Throwable ofEndedProgram(Connect connect) {
    Throwable failure;
    int attempts = 0;
    do {
      failure = catchThrowable(connect::run);
      attempts++;
      assertThat(failure).isInstanceOf(ConnectionException.class);
    } while (attempts < MAX_ATTEMPTS && failure.getMessage().contains("nonexistent channel"));
    return failure;
  }
}
