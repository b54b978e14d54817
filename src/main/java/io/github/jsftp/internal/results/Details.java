package io.github.jsftp.internal.results;

import io.github.jsftp.SftpException;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.path.RemotePath;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link SftpException} is created from.
 *
 * @param operation the method called, such as "mkdir"
 * @param path the absolute remote path, or null
 * @param problem a short description of the problem
 * @param status the server's status code, or null
 * @param serverMessage the server's message, or null
 * @param peer the user and the server, as user@host:port
 */
public record Details(
    String operation,
    @Nullable String path,
    String problem,
    @Nullable Integer status,
    @Nullable String serverMessage,
    String peer)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String[] NAMES = {
    "SSH_FX_OK",
    "SSH_FX_EOF",
    "SSH_FX_NO_SUCH_FILE",
    "SSH_FX_PERMISSION_DENIED",
    "SSH_FX_FAILURE",
    "SSH_FX_BAD_MESSAGE",
    "SSH_FX_NO_CONNECTION",
    "SSH_FX_CONNECTION_LOST",
    "SSH_FX_OP_UNSUPPORTED",
    "SSH_FX_INVALID_HANDLE",
    "SSH_FX_NO_SUCH_PATH",
    "SSH_FX_FILE_ALREADY_EXISTS",
    "SSH_FX_WRITE_PROTECT",
    "SSH_FX_NO_MEDIA",
    "SSH_FX_NO_SPACE_ON_FILESYSTEM",
    "SSH_FX_QUOTA_EXCEEDED",
    "SSH_FX_UNKNOWN_PRINCIPAL",
    "SSH_FX_LOCK_CONFLICT",
    "SSH_FX_DIR_NOT_EMPTY",
    "SSH_FX_NOT_A_DIRECTORY",
    "SSH_FX_INVALID_FILENAME",
    "SSH_FX_LINK_LOOP",
    "SSH_FX_CANNOT_DELETE",
    "SSH_FX_INVALID_PARAMETER",
    "SSH_FX_FILE_IS_A_DIRECTORY"
  };

  /** Returns what an exception was created from. */
  public static Details of(SftpException exception) {
    return Results.NEW.details(exception);
  }

  /** Returns the absolute remote path, or null; a "." at its end is dropped. */
  @Override
  public @Nullable String path() {
    return path == null ? null : RemotePath.display(path);
  }

  /** Returns a copy with another problem. */
  public Details withProblem(String other) {
    return new Details(operation, path, other, status, serverMessage, peer);
  }

  /** Returns a copy with another path. */
  public Details at(String otherPath) {
    return new Details(operation, otherPath, problem, status, serverMessage, peer);
  }

  /** Returns the message of the exception, on one line. */
  public String message() {
    var text = new StringBuilder(operation);
    if (path != null) {
      // A path given with a trailing slash is shown with it.
      text.append(' ').append(path.endsWith("/.") ? path.substring(0, path.length() - 1) : path);
    }
    text.append(": ").append(problem);
    if (isExplained()) {
      text.append(": ").append(serverMessage);
    }
    text.append(" [");
    if (status != null) {
      text.append(statusName(status)).append(", ");
    }
    return Printable.of(text.append(peer).append(']'));
  }

  /** Returns true if the server has sent a message that says more than the status. */
  public boolean isExplained() {
    return serverMessage != null && !repeatsStatus(serverMessage);
  }

  /** Returns true if the server's message only repeats the status, as OpenSSH's always does. */
  private static boolean repeatsStatus(String message) {
    return switch (message.strip()) {
      case "",
          "Failure",
          "No such file",
          "No such file or directory",
          "Permission denied",
          "Bad message",
          "No connection",
          "Connection lost",
          "Operation unsupported" ->
          true;
      default -> false;
    };
  }

  private static String statusName(int status) {
    return status >= 0 && status < NAMES.length ? NAMES[status] : "status " + status;
  }
}
