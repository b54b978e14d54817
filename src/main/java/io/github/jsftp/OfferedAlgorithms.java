package io.github.jsftp;

import java.util.List;

/**
 * The algorithms that this client offers, in order of preference. Immutable and safe to share
 * between threads.
 *
 * @param keyExchanges the key exchange methods
 * @param hostKeyAlgorithms the host key algorithms
 * @param ciphers the ciphers
 * @param macs the message authentication codes
 * @param compression the compression methods
 */
public record OfferedAlgorithms(
    List<String> keyExchanges,
    List<String> hostKeyAlgorithms,
    List<String> ciphers,
    List<String> macs,
    List<String> compression) {

  /** Copies the lists. */
  public OfferedAlgorithms {
    keyExchanges = List.copyOf(keyExchanges);
    hostKeyAlgorithms = List.copyOf(hostKeyAlgorithms);
    ciphers = List.copyOf(ciphers);
    macs = List.copyOf(macs);
    compression = List.copyOf(compression);
  }
}
