package io.github.jsftp.testing;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import java.io.IOException;
import java.time.Duration;

/** Connects to test servers as a careful user does. */
public final class Connections {
  private Connections() {}

  /** Options for a server: its key known, the client's key or password given. */
  public static ConnectionOptions.Builder options(TestServer server) {
    return options(server, server.port());
  }

  /** Options for a server behind a proxy on another port. */
  public static ConnectionOptions.Builder options(TestServer server, int port) {
    return ConnectionOptions.builder(server.host())
        .port(port)
        .username(server.username())
        .privateKey(server.privateKey())
        .hostKeys(HostKeys.fingerprint(fingerprint(server)))
        .hostKeyAlgorithms(algorithms(server))
        .timeout(Duration.ofSeconds(20));
  }

  /** Connects with the folder as the working directory. */
  public static Connection connect(TestServer server, ServerFolder folder) throws IOException {
    return Connection.connect(options(server).defaultPath(folder.path()).build());
  }

  private static String fingerprint(TestServer server) {
    return server.hostKeys().get(0).fingerprint();
  }

  private static String[] algorithms(TestServer server) {
    String type = server.hostKeys().get(0).type();
    return type.equals("ssh-rsa")
        ? new String[] {"rsa-sha2-512", "rsa-sha2-256"}
        : new String[] {type};
  }
}
