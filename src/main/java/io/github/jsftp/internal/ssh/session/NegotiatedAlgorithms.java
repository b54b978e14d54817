package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Session;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms that both sides of a session have agreed on. C2S is the direction to the server.
 *
 * @param macC2S null if the cipher protects the integrity itself; likewise in the other direction
 */
public record NegotiatedAlgorithms(
    String keyExchange,
    String hostKey,
    String cipherC2S,
    String cipherS2C,
    @Nullable String macC2S,
    @Nullable String macS2C,
    String compressionC2S,
    String compressionS2C) {

  static NegotiatedAlgorithms of(Session session) {
    return new NegotiatedAlgorithms(
        session.getKexAlgorithm(),
        session.getServerHostKeyAlgorithm(),
        session.getCipherAlgorithmC2S(),
        session.getCipherAlgorithmS2C(),
        session.getMacAlgorithmC2S(),
        session.getMacAlgorithmS2C(),
        session.getCompressionAlgorithmC2S(),
        session.getCompressionAlgorithmS2C());
  }
}
