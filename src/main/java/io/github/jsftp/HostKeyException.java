package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the server's host key is not accepted. The connection is closed before anything
 * secret is sent.
 */
public final class HostKeyException extends ConnectionException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String fingerprint;
  private final String knownHostsLine;

  /** The reason why a host key is not accepted. */
  public enum Reason {
    /** No key of this host is known. */
    UNKNOWN,
    /**
     * Another key of this host is known: the server was reinstalled, or this is a man-in-the-middle
     * attack.
     */
    CHANGED,
    /** The key is marked {@code @revoked}. */
    REVOKED
  }

  /** Creates an exception with the message of the details. */
  public HostKeyException(
      Details details,
      String host,
      int port,
      Reason reason,
      String fingerprint,
      String knownHostsLine,
      @Nullable Throwable cause) {
    super(details, host, port, cause);
    this.reason = reason;
    this.fingerprint = fingerprint;
    this.knownHostsLine = knownHostsLine;
  }

  /** Returns the reason why the key is not accepted. */
  public Reason reason() {
    return reason;
  }

  /**
   * Returns the fingerprint of the server's key, "SHA256:..." as printed by {@code ssh-keygen -l}.
   */
  public String fingerprint() {
    return fingerprint;
  }

  /** Returns the line to add to known_hosts after the fingerprint has been verified. */
  public String knownHostsLine() {
    return knownHostsLine;
  }
}
