package io.github.jsftp.internal.ssh.config;

import com.jcraft.jsch.JSchSessionDisconnectException;
import io.github.jsftp.internal.path.Printable;
import java.io.IOException;
import java.time.Duration;

/** Plain words for what users are told. */
public final class Wording {
  private static final int LONGEST_QUOTE = 200;

  private Wording() {}

  /** Returns the cause in plain words. */
  public static String of(Throwable cause) {
    String message = cause.getMessage();
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    if (cause instanceof JSchSessionDisconnectException gone) {
      return "the server hung up: " + gone.getDescription();
    }
    if (cause instanceof RuntimeException || message.startsWith("invalid protocol")) {
      return "the data from the server breaks the protocol"; // JSch's own words help nobody
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

  /** Returns what the server says in quotes: on one line, printable, and not too much of it. */
  public static String quoted(String text) {
    String line = Printable.of(text.strip().replaceAll("\\s+", " "));
    return "'"
        + (line.length() > LONGEST_QUOTE ? line.substring(0, LONGEST_QUOTE) + ".." : line)
        + "'";
  }

  /** Returns the duration, in seconds where it is whole. */
  public static String of(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }

  /** Returns the cause with a message in plain words. */
  public static Throwable explained(Throwable cause) {
    String words = of(cause);
    return words.equals(cause.getMessage()) ? cause : new IOException(words, cause);
  }
}
