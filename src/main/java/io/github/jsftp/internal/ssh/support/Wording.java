package io.github.jsftp.internal.ssh.support;

import com.jcraft.jsch.JSchSessionDisconnectException;
import io.github.jsftp.internal.path.Printable;
import java.io.IOException;
import java.time.Duration;

/** Readable texts for failures, durations and quotations in messages. */
public final class Wording {
  private static final int MAX_QUOTE_LENGTH = 200;

  private Wording() {}

  /** Returns a readable description of a failure. */
  public static String of(Throwable cause) {
    String message = cause.getMessage();
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    if (cause instanceof JSchSessionDisconnectException disconnect) {
      return "the server hung up: " + disconnect.getDescription();
    }
    if (cause instanceof RuntimeException || message.startsWith("invalid protocol")) {
      return "the server's data violates the SSH protocol"; // JSch's own messages do not help
      // users here
    }
    return switch (message) {
      case "verify: false" ->
          "the server does not prove that it has the private key of its host key";
      case "End of IO Stream Read", "connection is closed by foreign host" ->
          "the server closed the connection";
      case "Packet corrupt" -> "the data from the server is corrupt";
      default -> message;
    };
  }

  /** Returns a text of the server in quotes, made printable, on one line, and shortened. */
  public static String quoted(String text) {
    String line = Printable.of(text.strip().replaceAll("\\s+", " "));
    return "'"
        + (line.length() > MAX_QUOTE_LENGTH ? line.substring(0, MAX_QUOTE_LENGTH) + ".." : line)
        + "'";
  }

  /** Returns a duration such as "30 s", or "250 ms" if it is not a whole number of seconds. */
  public static String of(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  /**
   * Returns the failure itself if its message is readable, or else an exception that describes it.
   */
  public static Throwable explained(Throwable cause) {
    String words = of(cause);
    return words.equals(cause.getMessage()) ? cause : new IOException(words, cause);
  }
}
