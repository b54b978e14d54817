package io.github.jsftp.internal.ssh.route;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A failure of a route to the server, with a message for users. */
public final class RouteException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean refused;

  public RouteException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private RouteException(String message, @Nullable Throwable cause, boolean refused) {
    super(message, cause);
    this.refused = refused;
  }

  /** Returns the failure for credentials that a proxy refuses, or that are missing. */
  static RouteException refused(String message) {
    return new RouteException(message, null, true);
  }

  /** Returns true if a proxy refuses the user, so that another attempt would fail as well. */
  public boolean isRefused() {
    return refused;
  }
}
