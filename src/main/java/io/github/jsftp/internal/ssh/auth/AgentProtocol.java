package io.github.jsftp.internal.ssh.auth;

import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.keys.SshStrings;
import io.github.jsftp.internal.ssh.keys.UnusableKeyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two requests of ssh-agent's protocol that are used here. Each has a connection of its own.
 * JSch's client is not used, since it takes a reply that is cut off for a complete one.
 */
final class AgentProtocol {
  private static final int REQUEST_IDENTITIES = 11;
  private static final int IDENTITIES_ANSWER = 12;
  private static final int SIGN_REQUEST = 13;
  private static final int SIGN_RESPONSE = 14;
  private static final Map<String, Integer> FLAGS = Map.of("rsa-sha2-256", 2, "rsa-sha2-512", 4);

  /** Bytes; the limit of OpenSSH. */
  private static final int MAX_REPLY = 256 << 10;

  /** Bytes; the longest RSA keys sign with 2 KiB. JSch has no room for more than 20 KiB. */
  private static final int MAX_SIGNATURE = 8 << 10;

  /** Bytes; far more than a certificate has. JSch has no room for more than 20 KiB. */
  private static final int MAX_KEY = 16 << 10;

  private final Connector connector;

  AgentProtocol(Connector connector) {
    this.connector = connector;
  }

  /** Opens a connection to the agent. */
  @FunctionalInterface
  interface Connector {
    ByteChannel connect() throws IOException;
  }

  /**
   * Returns the keys, each with its comment.
   *
   * @throws IOException if the agent can't be reached, or its reply is no list
   */
  Map<ByteBuffer, String> keys() throws IOException {
    ByteBuffer reply = query(ByteBuffer.allocate(1).put((byte) REQUEST_IDENTITIES));
    var keys = new LinkedHashMap<ByteBuffer, String>();
    try {
      if (reply.get() != IDENTITIES_ANSWER || reply.remaining() < Integer.BYTES) {
        throw invalid();
      }
      int count = reply.getInt();
      for (int i = 0; i < count; i++) {
        byte[] key = SshStrings.next(reply);
        String comment = new String(SshStrings.next(reply), StandardCharsets.UTF_8);
        if (key.length <= MAX_KEY && !Fingerprint.type(key).isEmpty()) {
          keys.put(ByteBuffer.wrap(key).asReadOnlyBuffer(), comment);
        }
      }
    } catch (UnusableKeyException e) {
      throw invalid();
    }
    return keys;
  }

  /**
   * Returns a signature, or null if the agent does not sign.
   *
   * @param algorithm the algorithm of the signature, which makes a difference for RSA keys only
   */
  byte @Nullable [] sign(byte[] key, byte[] data, String algorithm) throws IOException {
    var request = ByteBuffer.allocate(1 + 3 * Integer.BYTES + key.length + data.length);
    request.put((byte) SIGN_REQUEST);
    request.putInt(key.length).put(key).putInt(data.length).put(data);
    ByteBuffer reply = query(request.putInt(FLAGS.getOrDefault(algorithm, 0)));
    if (reply.get() != SIGN_RESPONSE) {
      return null;
    }
    try {
      byte[] signature = SshStrings.next(reply);
      if (signature.length > MAX_SIGNATURE) {
        throw invalid();
      }
      return signature;
    } catch (UnusableKeyException e) {
      throw invalid();
    }
  }

  private ByteBuffer query(ByteBuffer body) throws IOException {
    body.flip();
    var request = ByteBuffer.allocate(Integer.BYTES + body.remaining());
    request.putInt(body.remaining()).put(body).flip();
    try (ByteChannel channel = connector.connect()) {
      while (request.hasRemaining()) {
        channel.write(request);
      }
      int length = read(channel, Integer.BYTES).getInt();
      if (length <= 0 || length > MAX_REPLY) {
        throw invalid();
      }
      return read(channel, length);
    }
  }

  private static ByteBuffer read(ByteChannel channel, int length) throws IOException {
    var buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("it closed the connection before its reply was complete");
      }
    }
    return buffer.flip();
  }

  private static IOException invalid() {
    return new IOException("it sent an invalid reply");
  }
}
