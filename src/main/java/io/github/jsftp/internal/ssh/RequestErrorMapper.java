package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.SftpException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Turns an error status of the server into the exception that describes it. */
final class RequestErrorMapper {
  private final Failures failures;
  private final PathLookup lookup;

  /** Looks up the attributes of a path. */
  @FunctionalInterface
  interface PathLookup {
    @Nullable FileInfo at(String operation, String path) throws ReplyLostException;
  }

  RequestErrorMapper(Failures failures, PathLookup lookup) {
    this.failures = failures;
    this.lookup = lookup;
  }

  /**
   * Returns the exception for a failed request. If the status is ambiguous, the path is looked up.
   */
  IOException status(String operation, @Nullable String path, Expected expected, SftpException e)
      throws ReplyLostException {
    FileInfo found =
        path != null && expected != Expected.ANY && Failures.isAmbiguous(e.id)
            ? lookup.at(operation, path)
            : null;
    return failures.status(operation, path, e.id, serverMessage(e), expected, found);
  }

  /** Returns the exception for a failed request that was to create {@code to} from {@code from}. */
  IOException renamed(String operation, String from, String to, SftpException e)
      throws ReplyLostException {
    return failures.renameRefused(
        operation,
        from,
        to,
        false,
        e.id,
        serverMessage(e),
        lookup.at(operation, from),
        lookup.at(operation, to));
  }

  /** Returns the server's message, which JSch puts after the name of the status. */
  private static @Nullable String serverMessage(SftpException e) {
    String message = e.getMessage();
    if (message == null) {
      return null;
    }
    int name =
        message.startsWith("Unknown code") ? message.indexOf("): ") + 1 : message.indexOf(": ");
    return name <= 0 ? null : message.substring(name + 2);
  }
}
