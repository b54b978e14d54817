package io.github.jsftp;

import io.github.jsftp.internal.options.OptionSources;
import io.github.jsftp.internal.path.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A proxy to connect through. The proxy looks up the host name, so this machine need not be able to
 * resolve it. Immutable and safe to share between threads.
 */
public final class Proxy {
  private final Kind kind;
  private final String host;
  private final int port;
  private final @Nullable String user;
  private final @Nullable String password;

  /** The protocol that a proxy speaks. */
  public enum Kind {
    /** HTTP, with its method CONNECT. */
    HTTP("HTTP proxy"),
    /** SOCKS version 4a. */
    SOCKS4("SOCKS4 proxy"),
    /** SOCKS version 5. */
    SOCKS5("SOCKS5 proxy");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private Proxy(
      Kind kind, String host, int port, @Nullable String user, @Nullable String password) {
    this.kind = kind;
    this.host = OptionSources.bareHost(host);
    this.port = port;
    this.user = user;
    this.password = password;
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port must be in 1 to 65535, not " + port);
    }
  }

  /**
   * Returns an HTTP proxy. It must allow the method CONNECT to the port of the SSH server.
   *
   * @throws IllegalArgumentException if the host is not a name or an address alone, or the port is
   *     not in 1 to 65535
   */
  public static Proxy http(String host, int port) {
    return new Proxy(Kind.HTTP, host, port, null, null);
  }

  /**
   * Returns a SOCKS version 5 proxy.
   *
   * @throws IllegalArgumentException if the host is not a name or an address alone, or the port is
   *     not in 1 to 65535
   */
  public static Proxy socks5(String host, int port) {
    return new Proxy(Kind.SOCKS5, host, port, null, null);
  }

  /**
   * Returns a SOCKS version 4a proxy. This version has neither passwords nor IPv6 addresses.
   *
   * @throws IllegalArgumentException if the host is not a name or an address alone, or the port is
   *     not in 1 to 65535
   */
  public static Proxy socks4(String host, int port) {
    return new Proxy(Kind.SOCKS4, host, port, null, null);
  }

  /**
   * Returns a copy of this proxy with credentials. They are sent unencrypted: to an HTTP proxy by
   * the Basic scheme, to a SOCKS5 proxy if it asks for them. A SOCKS4 proxy gets the user only.
   *
   * @throws IllegalArgumentException if the user or the password has control characters or is too
   *     long for SOCKS, or if the user of an HTTP proxy has a colon
   */
  public Proxy credentials(String name, String secret) {
    check("user", Objects.requireNonNull(name, "user"));
    check("password", Objects.requireNonNull(secret, "password"));
    if (kind == Kind.HTTP && name.indexOf(':') >= 0) {
      throw new IllegalArgumentException("the user of an HTTP proxy must not have a colon");
    }
    return new Proxy(kind, host, port, name, secret);
  }

  private void check(String what, String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("the " + what + " must not have control characters");
    }
    if (kind != Kind.HTTP && text.getBytes(StandardCharsets.UTF_8).length > 255) {
      throw new IllegalArgumentException("the " + what + " of a SOCKS proxy has at most 255 bytes");
    }
  }

  /** Returns the protocol. */
  public Kind kind() {
    return kind;
  }

  /** Returns the name or address of the proxy. */
  public String host() {
    return host;
  }

  /** Returns the TCP port of the proxy. */
  public int port() {
    return port;
  }

  /** Returns the user to log in to the proxy as, if there are credentials. */
  public Optional<String> username() {
    return Optional.ofNullable(user);
  }

  /** Returns the password of the user, if there are credentials. */
  public Optional<String> password() {
    return Optional.ofNullable(password);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Proxy that
        && kind == that.kind
        && host.equals(that.host)
        && port == that.port
        && Objects.equals(user, that.user)
        && Objects.equals(password, that.password);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, host, port, user);
  }

  /** Returns kind, host and port, as in "SOCKS5 proxy proxy.example.com:1080". */
  @Override
  public String toString() {
    return kind.words + " " + Printable.hostAndPort(host, port);
  }
}
