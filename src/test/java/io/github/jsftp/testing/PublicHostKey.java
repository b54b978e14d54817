package io.github.jsftp.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * A public host key.
 *
 * @param type such as {@code ecdsa-sha2-nistp256}
 * @param base64 the key as known_hosts has it
 */
public record PublicHostKey(String type, String base64) {
  /** Reads the first two words of a public key line. */
  public static PublicHostKey parse(String line) {
    var words = List.of(line.strip().split(" ", 3));
    return new PublicHostKey(words.get(0), words.get(1));
  }

  /** Returns {@code SHA256:...} as {@code ssh-keygen -l} prints it. */
  public String fingerprint() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(base64));
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the line of a known_hosts file that vouches for this key. */
  public String knownHostsLine(String host, int port) {
    String name = port == 22 ? host : "[" + host + "]:" + port;
    return name + " " + type + " " + base64;
  }

  static Path writeKnownHosts(Path file, String host, int port, List<PublicHostKey> keys)
      throws IOException {
    return Files.write(file, keys.stream().map(key -> key.knownHostsLine(host, port)).toList());
  }
}
