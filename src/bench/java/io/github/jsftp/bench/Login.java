package io.github.jsftp.bench;

import io.github.jsftp.testing.PublicHostKey;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How all clients log in: the same user, key, host key and cipher.
 *
 * @param knownHosts has the server's key under the name {@link #ALIAS}
 * @param near the command that runs a client at its end of the line; empty if there is none
 */
record Login(
    String host,
    String username,
    Path privateKey,
    Path knownHosts,
    String fingerprint,
    String cipher,
    List<String> near) {
  /** For all ports are the same server. */
  static final String ALIAS = "bench";

  static final String HOST_KEY_TYPE = "ecdsa-sha2-nistp256";

  /** Prepares the login; writes a known_hosts file into the folder. */
  static Login to(TestServer server, Path folder, String cipher, @Nullable Line line)
      throws IOException {
    PublicHostKey key =
        server.hostKeys().stream()
            .filter(one -> one.type().equals(HOST_KEY_TYPE))
            .findFirst()
            .orElseThrow();
    Path knownHosts = folder.resolve("known_hosts");
    Files.writeString(knownHosts, ALIAS + " " + key.type() + " " + key.base64() + "\n");
    return new Login(
        line == null ? server.host() : line.address(),
        server.username(),
        server.privateKey(),
        knownHosts,
        key.fingerprint(),
        cipher,
        line == null ? List.of() : line.near());
  }

  List<String> toArguments() {
    return List.of(
        host, username, privateKey.toString(), knownHosts.toString(), fingerprint, cipher);
  }

  static Login parse(List<String> arguments) {
    return new Login(
        arguments.get(0),
        arguments.get(1),
        Path.of(arguments.get(2)),
        Path.of(arguments.get(3)),
        arguments.get(4),
        arguments.get(5),
        List.of());
  }
}
