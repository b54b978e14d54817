package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.SftpException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Says what a refused request means. */
final class RequestErrorMapper {
  private final Failures failures;
  private final Look look;

  /** Finds out what is at a path. */
  @FunctionalInterface
  interface Look {
    @Nullable FileInfo at(String operation, String path) throws ReplyLostException;
  }

  RequestErrorMapper(Failures failures, Look look) {
    this.failures = failures;
    this.look = look;
  }

  /** Returns the exception for a status of the server. */
  IOException status(String operation, @Nullable String path, Expected expected, SftpException e)
      throws ReplyLostException {
    FileInfo found =
        path != null && expected != Expected.ANY && Failures.isAmbiguous(e.id)
            ? look.at(operation, path)
            : null;
    return failures.status(operation, path, e.id, words(e), expected, found);
  }

  /** Returns the exception for a status of the server where a second path is to be made. */
  IOException renamed(String operation, String from, String to, SftpException e)
      throws ReplyLostException {
    return failures.renamed(
        operation, from, to, e.id, words(e), look.at(operation, from), look.at(operation, to));
  }

  /** The server's own words stand behind JSch's name of the status. */
  private static @Nullable String words(SftpException e) {
    String message = e.getMessage();
    if (message == null) {
      return null;
    }
    int name =
        message.startsWith("Unknown code") ? message.indexOf("): ") + 1 : message.indexOf(": ");
    return name <= 0 ? null : message.substring(name + 2);
  }
}
