package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.JSchSessionDisconnectException;
import java.io.IOException;

/** Words for how a session ends. */
final class Lost {
  private Lost() {}

  /** Returns the cause in plain words. */
  static String words(Throwable cause) {
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

  /** Returns the cause with a message in plain words. */
  static Throwable cause(Throwable cause) {
    String words = words(cause);
    return words.equals(cause.getMessage()) ? cause : new IOException(words, cause);
  }
}
