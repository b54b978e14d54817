package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a connection can't be opened, is lost, or was closed by another thread. Reasons
 * include an unknown host, a refused connection, a timeout, no common algorithm, and a server
 * without SSH or SFTP.
 */
public class ConnectionException extends SftpException {
  private static final long serialVersionUID = 1L;

  private final String host;
  private final int port;

  ConnectionException(Details details, String host, int port, @Nullable Throwable cause) {
    super(details, cause);
    this.host = host;
    this.port = port;
  }

  /** Returns the host name or address. */
  public final String host() {
    return host;
  }

  /** Returns the TCP port. */
  public final int port() {
    return port;
  }
}
