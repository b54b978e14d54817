package io.github.jsftp;

/**
 * A server's public host key. Immutable and safe to share between threads.
 *
 * @param type the key type, such as "ssh-ed25519"
 * @param base64 the key itself, in the form used in known_hosts
 * @param fingerprint the fingerprint, "SHA256:..." as printed by {@code ssh-keygen -l}
 */
public record ServerKey(String type, String base64, String fingerprint) {

  /** Returns type and key, in the form used in known_hosts. */
  @Override
  public String toString() {
    return type + " " + base64;
  }
}
