package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.JSchSessionDisconnectException;
import java.io.IOException;
import java.time.Duration;

/** Plain words for what users are told. */
final class Words {
  private Words() {}

  /** Returns the cause in plain words. */
  static String of(Throwable cause) {
    String message = cause.getMessage();
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    if (cause instanceof JSchSessionDisconnectException gone) {
      return "the server hung up: " + gone.getDescription();
    }
    return switch (message) {
      case "End of IO Stream Read", "connection is closed by foreign host" ->
          "the server closed the connection";
      case "Packet corrupt" -> "the data from the server is corrupt";
      default -> message;
    };
  }

  /** Returns the duration, in seconds where it is whole. */
  static String of(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  /** Returns the cause with a message in plain words. */
  static Throwable explained(Throwable cause) {
    String words = of(cause);
    return words.equals(cause.getMessage()) ? cause : new IOException(words, cause);
  }
}
