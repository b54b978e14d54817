package io.github.jsftp;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A server's public host key. Immutable and safe to share between threads. */
public final class ServerKey {
  private final String type;
  private final String base64;
  private final String fingerprint;

  ServerKey(String type, String base64, String fingerprint) {
    this.type = type;
    this.base64 = base64;
    this.fingerprint = fingerprint;
  }

  /** Returns the key type, such as "ssh-ed25519". */
  public String type() {
    return type;
  }

  /** Returns the key itself, in the form used in known_hosts. */
  public String base64() {
    return base64;
  }

  /** Returns the fingerprint, "SHA256:..." as printed by {@code ssh-keygen -l}. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Returns type and key, in the form used in known_hosts. */
  @Override
  public String toString() {
    return type + " " + base64;
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof ServerKey other
        && type.equals(other.type)
        && base64.equals(other.base64)
        && fingerprint.equals(other.fingerprint);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, base64, fingerprint);
  }
}
