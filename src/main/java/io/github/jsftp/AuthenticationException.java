package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a login fails: the server rejects it, no private key can be used, or the answer to a
 * prompt can't be obtained. The login is never retried, since repeated failures make servers lock
 * accounts.
 */
public final class AuthenticationException extends ConnectionException {
  private static final long serialVersionUID = 2L;

  private final ArrayList<Attempt> attempts;
  private final ArrayList<String> serverAllows;

  AuthenticationException(
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
   * Returns the attempts in order, each with the server's answer; empty if nothing was tried. The
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
   * Returns the methods that the server still allows; empty if it did not send them. The list is
   * unmodifiable.
   */
  public List<String> serverAllows() {
    return List.copyOf(serverAllows);
  }

  /** A server's answer to an attempt to log in. */
  public enum Answer {
    /** The server refused it. */
    REFUSED,

    /** The server accepted it, but requires another method or key as well. */
    ACCEPTED_PARTIALLY,

    /** The connection ended before the server answered. */
    NONE
  }

  /** An attempt to log in with one key or one secret. The secret itself is not kept. */
  public static final class Attempt implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String method;
    private final @Nullable String key;
    private final @Nullable String fingerprint;
    private final Answer answer;

    Attempt(String method, @Nullable String key, @Nullable String fingerprint, Answer answer) {
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
     * Returns the file of the key, or its comment in the ssh-agent; empty for other methods than
     * "publickey".
     */
    public Optional<String> key() {
      return Optional.ofNullable(key);
    }

    /** Returns the fingerprint of the key, as in "SHA256:..."; empty where {@link #key} is. */
    public Optional<String> fingerprint() {
      return Optional.ofNullable(fingerprint);
    }

    /** Returns the server's answer. */
    public Answer answer() {
      return answer;
    }

    /** Returns method, key, fingerprint and answer on one line. */
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
