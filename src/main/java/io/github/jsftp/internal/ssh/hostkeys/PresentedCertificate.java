package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.internal.ssh.support.WireReader;
import io.github.jsftp.internal.ssh.support.WireReader.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the host certificate in the bytes that a server sends before encryption begins. JSch checks
 * that the server owns the certified key, but does not expose the certificate.
 *
 * <p>The certificate is signed, so it does not matter where it was found. It is used only for the
 * key that JSch has checked, so no harm is done if JSch has read a different certificate.
 */
final class PresentedCertificate {
  private static final int MAX_LENGTH = 512 * 1024;
  private static final int MAX_PACKET_LENGTH = 256 * 1024;
  private static final int KEY_EXCHANGE_REPLY = 31;
  private static final int GROUP_EXCHANGE_REPLY = 33;

  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  /** Records bytes from the server, until a limit. */
  synchronized void received(byte[] bytes, int offset, int length) {
    if (length > 0 && received.size() < MAX_LENGTH) {
      received.write(bytes, offset, length);
    }
  }

  /** Returns the certificate with a public key, or null if the server has presented none. */
  synchronized @Nullable HostCertificate of(byte[] publicKey) {
    var in = new WireReader(received.toByteArray());
    try {
      skipGreeting(in);
      while (in.hasMore()) {
        int length = in.uint32();
        if (length < 2 || length > MAX_PACKET_LENGTH) {
          return null; // encrypted, or not SSH
        }
        byte[] packet = in.bytes(length);
        HostCertificate certificate = inReply(packet);
        if (certificate != null && Arrays.equals(certificate.publicKey(), publicKey)) {
          return certificate;
        }
      }
    } catch (MalformedException e) {
      // No complete packet follows.
    }
    return null;
  }

  /** Skips the lines until the one with the version of SSH. */
  private static void skipGreeting(WireReader in) throws MalformedException {
    var line = new StringBuilder();
    while (line.indexOf("SSH-") != 0 || line.charAt(line.length() - 1) != '\n') {
      if (line.length() > 0 && line.charAt(line.length() - 1) == '\n') {
        line.setLength(0);
      }
      line.append(new String(in.bytes(1), StandardCharsets.ISO_8859_1));
    }
  }

  /** Returns the certificate in a reply of the key exchange, or null. */
  private static @Nullable HostCertificate inReply(byte[] packet) throws MalformedException {
    int type = packet[1];
    if (type != KEY_EXCHANGE_REPLY && type != GROUP_EXCHANGE_REPLY) {
      return null;
    }
    byte[] hostKey = new WireReader(Arrays.copyOfRange(packet, 2, packet.length)).string();
    return HostCertificate.parse(hostKey);
  }
}
