package io.github.jsftp;

import java.util.List;

/**
 * The algorithms that this side offers on a connection, best first. Immutable and safe to share
 * between threads.
 *
 * @param keyExchanges key exchange methods
 * @param hostKeyAlgorithms kinds of host keys and signatures
 * @param ciphers ciphers
 * @param macs message authentication codes
 * @param compression compression methods
 */
public record SecurityOptions(
    List<String> keyExchanges,
    List<String> hostKeyAlgorithms,
    List<String> ciphers,
    List<String> macs,
    List<String> compression) {

  /** Takes copies of the lists. */
  public SecurityOptions {
    keyExchanges = List.copyOf(keyExchanges);
    hostKeyAlgorithms = List.copyOf(hostKeyAlgorithms);
    ciphers = List.copyOf(ciphers);
    macs = List.copyOf(macs);
    compression = List.copyOf(compression);
  }
}
