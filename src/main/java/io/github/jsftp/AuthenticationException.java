package io.github.jsftp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the server rejects the login or a private key can't be used: it is unreadable, in an
 * unknown format, or its passphrase is wrong or missing. The login is never retried, since servers
 * lock accounts.
 */
public final class AuthenticationException extends ConnectionException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> tried;
  private final ArrayList<String> serverAllows;

  /** Creates an exception with the message of the details. */
  public AuthenticationException(
      Details details,
      String host,
      int port,
      List<String> tried,
      List<String> serverAllows,
      @Nullable Throwable cause) {
    super(details, host, port, cause);
    this.tried = new ArrayList<>(tried);
    this.serverAllows = new ArrayList<>(serverAllows);
  }

  /**
   * Returns the methods tried, in order, such as "publickey" and "password"; empty if none was
   * tried.
   */
  public List<String> tried() {
    return List.copyOf(tried);
  }

  /** Returns the methods that the server still allows; empty if no method was tried. */
  public List<String> serverAllows() {
    return List.copyOf(serverAllows);
  }
}
