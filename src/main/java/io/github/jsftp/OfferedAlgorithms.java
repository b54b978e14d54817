package io.github.jsftp;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms that this client offers, in unmodifiable lists, in order of preference. Immutable
 * and safe to share between threads.
 */
public final class OfferedAlgorithms {
  private final List<String> keyExchanges;
  private final List<String> hostKeyAlgorithms;
  private final List<String> ciphers;
  private final List<String> macs;
  private final List<String> compression;

  OfferedAlgorithms(
      List<String> keyExchanges,
      List<String> hostKeyAlgorithms,
      List<String> ciphers,
      List<String> macs,
      List<String> compression) {
    this.keyExchanges = List.copyOf(keyExchanges);
    this.hostKeyAlgorithms = List.copyOf(hostKeyAlgorithms);
    this.ciphers = List.copyOf(ciphers);
    this.macs = List.copyOf(macs);
    this.compression = List.copyOf(compression);
  }

  /** Returns the key exchange methods. */
  public List<String> keyExchanges() {
    return keyExchanges;
  }

  /** Returns the host key algorithms. */
  public List<String> hostKeyAlgorithms() {
    return hostKeyAlgorithms;
  }

  /** Returns the ciphers. */
  public List<String> ciphers() {
    return ciphers;
  }

  /** Returns the message authentication codes. */
  public List<String> macs() {
    return macs;
  }

  /** Returns the compression methods. */
  public List<String> compression() {
    return compression;
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof OfferedAlgorithms other
        && keyExchanges.equals(other.keyExchanges)
        && hostKeyAlgorithms.equals(other.hostKeyAlgorithms)
        && ciphers.equals(other.ciphers)
        && macs.equals(other.macs)
        && compression.equals(other.compression);
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyExchanges, hostKeyAlgorithms, ciphers, macs, compression);
  }

  @Override
  public String toString() {
    return "OfferedAlgorithms[keyExchanges="
        + keyExchanges
        + ", hostKeyAlgorithms="
        + hostKeyAlgorithms
        + ", ciphers="
        + ciphers
        + ", macs="
        + macs
        + ", compression="
        + compression
        + "]";
  }
}
