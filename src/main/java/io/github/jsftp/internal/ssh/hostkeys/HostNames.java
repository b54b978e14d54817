package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.ConnectionOptions;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names of a host in known_hosts files and certificates.
 *
 * @param host the name in known_hosts, with the port if that is not 22
 * @param principal the name in certificates, without port
 * @param port the port to connect to
 * @param address the host to connect to
 * @param scannable true if ssh-keyscan reaches the host and finds its keys under the same name
 */
record HostNames(String host, String principal, int port, String address, boolean scannable) {
  private static final int SSH_PORT = 22;

  static HostNames of(ConnectionOptions options) {
    String plain = LiteralAddress.canonical(options.host());
    int port = options.port();
    @Nullable String alias = options.hostKeyAlias().orElse(null);
    if (alias != null) {
      String name = alias.toLowerCase(Locale.ROOT);
      return new HostNames(name, name, port, plain, false);
    }
    String host = port == SSH_PORT ? plain : "[" + plain + "]:" + port;
    boolean direct =
        options.jumpHost().isEmpty()
            && options.proxy().isEmpty()
            && options.proxyCommand().isEmpty();
    return new HostNames(host, plain, port, plain, direct);
  }

  /** Returns the names to look up in known_hosts: a key may be known without the port, too. */
  List<String> lookups() {
    return host.equals(principal) ? List.of(host) : List.of(host, principal);
  }

  boolean hasDefaultPort() {
    return port == SSH_PORT;
  }
}
