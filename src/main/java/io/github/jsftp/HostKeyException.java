package io.github.jsftp;

import org.jspecify.annotations.Nullable;

/**
 * The server's host key is not one to trust. The connection is closed before anything secret is
 * sent.
 */
public final class HostKeyException extends ConnectionException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String fingerprint;
  private final String knownHostsLine;

  /** Why a host key is refused. */
  public enum Reason {
    /** No key is known for this host. */
    UNKNOWN,
    /**
     * Another key is known for this host: the server was set up anew, or somebody is in between.
     */
    CHANGED,
    /** The key is marked {@code @revoked}. */
    REVOKED
  }

  /** Creates the exception for what the details tell. */
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

  /** Returns why the key is refused. */
  public Reason reason() {
    return reason;
  }

  /**
   * Returns the fingerprint of the key that the server showed, as "SHA256:..." like ssh-keygen -l.
   */
  public String fingerprint() {
    return fingerprint;
  }

  /** Returns the line to add to known_hosts once the fingerprint has been checked. */
  public String knownHostsLine() {
    return knownHostsLine;
  }
}
