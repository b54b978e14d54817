package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.path.RemotePath;
import java.io.IOException;
import java.io.Serializable;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An operation that the server refused or that could not be carried out.
 *
 * <p>The message is complete by itself: operation, path, what is wrong, the server's own words, its
 * status, and who asked where, as in {@code mkdir /srv/in: already exists [SSH_FX_FAILURE,
 * me@host:22]}. It never holds a secret. Subclasses are the cases that a program may want to handle
 * apart.
 */
public class SftpException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Details details;

  /** Creates the exception for what the details tell. */
  public SftpException(Details details, @Nullable Throwable cause) {
    super(details.message(), cause);
    this.details = details;
  }

  /** Returns the operation that failed, under the name of the method called, such as "mkdir". */
  public final String operation() {
    return details.operation();
  }

  /** Returns the absolute remote path that the operation was about, or null if there was none. */
  public final @Nullable String path() {
    return details.path();
  }

  /**
   * Returns the status code that the server answered, empty if it was not the server that failed.
   * Codes 0 to 8 are those of draft-ietf-secsh-filexfer-02, section 7; some servers send later
   * ones.
   */
  public final OptionalInt status() {
    Integer status = details.status();
    return status == null ? OptionalInt.empty() : OptionalInt.of(status);
  }

  /** Returns the server's own words, or null if it said nothing. */
  public final @Nullable String serverMessage() {
    return details.serverMessage();
  }

  /** Returns all that is known of the failure, to build a more specific exception from. */
  public final Details details() {
    return details;
  }

  /**
   * What is known of a failure.
   *
   * @param operation the method called, such as "mkdir"
   * @param path the absolute remote path, or null
   * @param problem what is wrong, in a few words
   * @param status the server's status code, or null
   * @param serverMessage the server's own words, or null
   * @param peer who asked where: user@host:port
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

    /** Returns the absolute remote path, or null; a "." at its end is dropped. */
    @Override
    public @Nullable String path() {
      return path == null ? null : RemotePath.shown(path);
    }

    /** Returns the same details with another problem. */
    public Details withProblem(String other) {
      return new Details(operation, path, other, status, serverMessage, peer);
    }

    /** Returns the same details with another path. */
    public Details at(String otherPath) {
      return new Details(operation, otherPath, problem, status, serverMessage, peer);
    }

    /** Returns the whole message, on one line. */
    public String message() {
      var text = new StringBuilder(operation);
      if (path != null) {
        // What must be a directory has a slash at the end, as its user has written it.
        text.append(' ').append(path.endsWith("/.") ? path.substring(0, path.length() - 1) : path);
      }
      text.append(": ").append(problem);
      if (serverMessage != null && !isCommonplace(serverMessage)) {
        text.append(": ").append(serverMessage);
      }
      text.append(" [");
      if (status != null) {
        text.append(statusName(status)).append(", ");
      }
      return Printable.of(text.append(peer).append(']'));
    }

    /** Says whether the server's words only repeat its status, as OpenSSH's always do. */
    private static boolean isCommonplace(String words) {
      return switch (words.strip()) {
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
}
