package io.github.jsftp.internal.ssh.auth;

/**
 * The outcome of a key in one login.
 *
 * @param name the file, "a key given as text", or the key's comment in the ssh-agent
 * @param type the key type, such as "ssh-ed25519"
 * @param fingerprint the fingerprint, "SHA256:" and its digest in base64
 * @param hint why the key was not sent, or may have been refused, as a clause of its own; "" if
 *     nothing is known
 */
public record KeyAttempt(String name, String type, String fingerprint, Answer answer, String hint) {
  /** The server's answer to a key. */
  public enum Answer {
    /** The login ended before this key's turn. */
    NOT_TRIED,
    /** None of the signature algorithms in use fits the key. */
    NO_ALGORITHM,
    /** The agent did not sign. */
    NOT_SIGNED,
    /** The connection ended before the answer. */
    UNANSWERED,
    /** The server refused the key. */
    REFUSED,
    /** The server accepted the key, and may have asked for more. */
    ACCEPTED
  }

  /** Returns true if the key was sent to the server. */
  boolean isSent() {
    return answer.compareTo(Answer.NOT_SIGNED) >= 0;
  }
}
