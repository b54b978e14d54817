package io.github.jsftp;

/** The family of addresses to connect to, as in ssh_config's {@code AddressFamily}. */
public enum AddressFamily {
  /** IPv4 and IPv6 addresses. */
  ANY,
  /** IPv4 addresses only. */
  INET,
  /** IPv6 addresses only. */
  INET6
}
