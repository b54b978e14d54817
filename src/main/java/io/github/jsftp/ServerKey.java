package io.github.jsftp;

/**
 * A server's public host key. Immutable and safe to share between threads.
 *
 * @param type its type, such as "ssh-ed25519"
 * @param base64 the key itself, as it stands in known_hosts
 * @param fingerprint its fingerprint, "SHA256:..." as ssh-keygen -l prints it
 */
public record ServerKey(String type, String base64, String fingerprint) {

  /** Returns type and key as they stand in known_hosts. */
  @Override
  public String toString() {
    return type + " " + base64;
  }
}
