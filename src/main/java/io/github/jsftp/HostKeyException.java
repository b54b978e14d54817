package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the server's host key is not accepted. The connection is closed before any secret is
 * sent.
 */
public final class HostKeyException extends ConnectionException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String keyType;
  private final String fingerprint;
  private final String knownHostsLine;
  private final String command;

  /** The reason why a host key is not accepted. */
  public enum Reason {
    /** No key of this host is known. */
    UNKNOWN,
    /**
     * Another key of this host is known: the server was reinstalled, or this is a man-in-the-middle
     * attack.
     */
    CHANGED,
    /** The key is not pinned: {@link HostKeys#key} or {@link HostKeys#fingerprint} names others. */
    MISMATCH,
    /** The key, or the authority that has certified it, is revoked. */
    REVOKED,
    /**
     * No key of this host is known, and the server's certificate from a known authority is not
     * valid: it has expired, or is for another host, for example.
     */
    INVALID_CERTIFICATE
  }

  HostKeyException(
      Details details,
      String host,
      int port,
      Reason reason,
      String keyType,
      String fingerprint,
      String knownHostsLine,
      String command,
      @Nullable Throwable cause) {
    super(details, host, port, cause);
    this.reason = reason;
    this.keyType = keyType;
    this.fingerprint = fingerprint;
    this.knownHostsLine = knownHostsLine;
    this.command = command;
  }

  HostKeyException(Details details, HostKeyException cause) {
    this(
        details,
        cause.host(),
        cause.port(),
        cause.reason,
        cause.keyType,
        cause.fingerprint,
        cause.knownHostsLine,
        cause.command,
        cause);
  }

  /** Returns the reason why the key is not accepted. */
  public Reason reason() {
    return reason;
  }

  /** Returns the type of the server's key, such as "ssh-ed25519"; empty if it presented none. */
  public String keyType() {
    return keyType;
  }

  /**
   * Returns the fingerprint of the server's key, "SHA256:..." as printed by {@code ssh-keygen -l};
   * empty if it presented none.
   */
  public String fingerprint() {
    return fingerprint;
  }

  /**
   * Returns the line to add to known_hosts after the fingerprint has been verified; empty if the
   * server presented no key.
   */
  public String knownHostsLine() {
    return knownHostsLine;
  }

  /**
   * Returns a shell command that adds the keys of an unknown host to known_hosts, or removes the
   * old keys of a host whose key has changed. Run it only after verifying the fingerprint. Empty if
   * there is no such command.
   */
  public String command() {
    return command;
  }
}
