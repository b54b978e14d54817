package io.github.jsftp;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the server rejects the login or a private key can't be used: it is unreadable, in an
 * unknown format, or its passphrase is wrong or missing. Also thrown when a password, a passphrase
 * or the answer to a prompt can't be obtained. The login is never retried, since servers lock
 * accounts.
 */
public final class AuthenticationException extends ConnectionException {
  private static final long serialVersionUID = 2L;

  private final ArrayList<Attempt> attempts;
  private final ArrayList<String> serverAllows;

  /** Creates an exception with the message of the details. */
  public AuthenticationException(
      Details details,
      String host,
      int port,
      List<Attempt> attempts,
      List<String> serverAllows,
      @Nullable Throwable cause) {
    super(details, host, port, cause);
    this.attempts = new ArrayList<>(attempts);
    this.serverAllows = new ArrayList<>(serverAllows);
  }

  /**
   * Returns what was tried and how the server answered, in order; empty if nothing was tried. The
   * list is unmodifiable.
   */
  public List<Attempt> attempts() {
    return List.copyOf(attempts);
  }

  /**
   * Returns the methods tried, in order, such as "publickey" and "password"; empty if none was
   * tried. The list is unmodifiable.
   */
  public List<String> tried() {
    return attempts.stream().map(Attempt::method).distinct().toList();
  }

  /**
   * Returns the methods that the server still allows; empty if it did not tell. The list is
   * unmodifiable.
   */
  public List<String> serverAllows() {
    return List.copyOf(serverAllows);
  }

  /** How a server answered an attempt to log in. */
  public enum Answer {
    /** The server refused it. */
    REFUSED,

    /** The server accepted it, but requires another method or key as well. */
    ACCEPTED_PARTIALLY,

    /** The connection ended before the server answered. */
    NONE
  }

  /** An attempt to log in with one key or one secret. Contains no secret. */
  public static final class Attempt implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String method;
    private final @Nullable String key;
    private final @Nullable String fingerprint;
    private final Answer answer;

    /** Creates the description of an attempt. */
    public Attempt(
        String method, @Nullable String key, @Nullable String fingerprint, Answer answer) {
      this.method = method;
      this.key = key;
      this.fingerprint = fingerprint;
      this.answer = answer;
    }

    /** Returns the method: "publickey", "password" or "keyboard-interactive". */
    public String method() {
      return method;
    }

    /**
     * Returns where the key came from: its file, or its comment in the ssh-agent; null for other
     * methods.
     */
    public @Nullable String key() {
      return key;
    }

    /** Returns the fingerprint of the key, as in "SHA256:..."; null for other methods. */
    public @Nullable String fingerprint() {
      return fingerprint;
    }

    /** Returns how the server answered. */
    public Answer answer() {
      return answer;
    }

    /** Returns all of it on one line. */
    @Override
    public String toString() {
      String what = key == null ? method : method + " " + key + " " + fingerprint;
      return switch (answer) {
        case REFUSED -> what + ": refused";
        case ACCEPTED_PARTIALLY -> what + ": accepted, but not sufficient";
        case NONE -> what + ": no answer";
      };
    }
  }
}
