package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/**
 * A connection that could not be made or was lost: unknown host, refused, timed out, cut, no common
 * algorithm, not an SSH server, no SFTP on it, or closed here by another thread.
 */
public class ConnectionException extends SftpException {
  private static final long serialVersionUID = 1L;

  private final String host;
  private final int port;

  /** Creates the exception for what the details tell. */
  public ConnectionException(Details details, String host, int port, @Nullable Throwable cause) {
    super(details, cause);
    this.host = host;
    this.port = port;
  }

  /** Returns the host name or address that was asked for. */
  public final String host() {
    return host;
  }

  /** Returns the TCP port that was asked for. */
  public final int port() {
    return port;
  }
}
