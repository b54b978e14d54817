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
 */
record HostNames(String host, String principal, int port, String address) {
  private static final int SSH_PORT = 22;

  static HostNames of(ConnectionOptions options) {
    String plain = LiteralAddress.canonical(options.host());
    int port = options.port();
    @Nullable String alias = options.hostKeyAlias();
    if (alias != null) {
      String name = alias.toLowerCase(Locale.ROOT);
      return new HostNames(name, name, port, plain);
    }
    String host = port == SSH_PORT ? plain : "[" + plain + "]:" + port;
    return new HostNames(host, plain, port, plain);
  }

  /** Returns the names to look up in known_hosts: a key may be known without the port, too. */
  List<String> lookups() {
    return host.equals(principal) ? List.of(host) : List.of(host, principal);
  }

  /** Returns true if the host is looked up by another name than it is connected to. */
  boolean isAlias() {
    return !principal.equals(address);
  }

  boolean hasDefaultPort() {
    return port == SSH_PORT;
  }
}
