package io.github.jsftp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server does not let the user in, or a key could not be used: unreadable, in an unknown
 * format, or its passphrase is wrong or missing. Never retried: servers lock accounts.
 */
public final class AuthenticationException extends ConnectionException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> tried;
  private final ArrayList<String> serverAllows;

  /** Creates the exception for what the details tell. */
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

  /** Returns the methods tried, in order, such as "publickey" and "password"; empty if none was. */
  public List<String> tried() {
    return List.copyOf(tried);
  }

  /** Returns the methods that the server still offers; empty if it was not asked. */
  public List<String> serverAllows() {
    return List.copyOf(serverAllows);
  }
}
