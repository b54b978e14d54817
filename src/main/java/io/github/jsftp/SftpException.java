package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a remote operation fails. Its subclasses are the failures that programs commonly
 * handle.
 *
 * <p>The message is complete, as in {@code mkdir /srv/in: already exists [SSH_FX_FAILURE,
 * me@host:22]}. It has the operation, the path, the problem, the server's message if that adds
 * anything, its status, and user, host and port. It never contains a secret.
 */
public class SftpException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Details details;

  SftpException(Details details, @Nullable Throwable cause) {
    super(details.message(), cause);
    this.details = details;
  }

  /** Returns the failed operation, which is the name of the method called, such as "mkdir". */
  public final String operation() {
    return details.operation();
  }

  /** Returns the absolute remote path of the operation, or empty if it has none. */
  public final Optional<String> path() {
    return Optional.ofNullable(details.path());
  }

  /**
   * Returns the status code of the server's response; empty if the failure is not a response. Codes
   * 0 to 8 are defined in draft-ietf-secsh-filexfer-02, section 7; some servers send codes of later
   * drafts.
   */
  public final OptionalInt status() {
    Integer status = details.status();
    return status == null ? OptionalInt.empty() : OptionalInt.of(status);
  }

  /** Returns the server's message, or empty if it sent none. */
  public final Optional<String> serverMessage() {
    return Optional.ofNullable(details.serverMessage());
  }

  final Details details() {
    return details;
  }
}
