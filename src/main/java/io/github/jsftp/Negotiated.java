package io.github.jsftp;

import io.github.jsftp.internal.ssh.session.NegotiatedAlgorithms;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms that client and server have agreed on, by their names in ssh. Ciphers, MACs and
 * compression are negotiated for each direction. Immutable and safe to share between threads.
 */
public final class Negotiated {
  private final NegotiatedAlgorithms names;

  Negotiated(NegotiatedAlgorithms names) {
    this.names = names;
  }

  /** Returns the key exchange method, such as "curve25519-sha256". */
  public String keyExchange() {
    return names.keyExchange();
  }

  /** Returns the algorithm of the host key's signature, such as "ssh-ed25519". */
  public String hostKeyAlgorithm() {
    return names.hostKey();
  }

  /** Returns the cipher of data sent to the server, such as "aes256-ctr". */
  public String cipherToServer() {
    return names.cipherC2S();
  }

  /** Returns the cipher of data from the server. */
  public String cipherFromServer() {
    return names.cipherS2C();
  }

  /**
   * Returns the message authentication code of data sent to the server, such as "hmac-sha2-256";
   * empty if the cipher includes one, as AES-GCM does.
   */
  public Optional<String> macToServer() {
    return Optional.ofNullable(names.macC2S());
  }

  /**
   * Returns the message authentication code of data from the server; empty if the cipher includes
   * one.
   */
  public Optional<String> macFromServer() {
    return Optional.ofNullable(names.macS2C());
  }

  /** Returns the compression of data sent to the server; "none" if it is not compressed. */
  public String compressionToServer() {
    return names.compressionC2S();
  }

  /** Returns the compression of data from the server; "none" if it is not compressed. */
  public String compressionFromServer() {
    return names.compressionS2C();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Negotiated negotiated && names.equals(negotiated.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  /**
   * Returns the names in one line, such as "curve25519-sha256, ssh-ed25519, to the server
   * aes256-ctr hmac-sha2-256 none, from the server aes256-ctr hmac-sha2-256 none".
   */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %s, to the server %s %s %s, from the server %s %s %s",
        keyExchange(),
        hostKeyAlgorithm(),
        cipherToServer(),
        macToServer().orElse("implicit"),
        compressionToServer(),
        cipherFromServer(),
        macFromServer().orElse("implicit"),
        compressionFromServer());
  }
}
