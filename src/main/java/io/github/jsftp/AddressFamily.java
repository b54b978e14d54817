package io.github.jsftp;

/** The kinds of addresses to connect to. */
public enum AddressFamily {
  /** IPv4 and IPv6 addresses. */
  ANY,
  /** IPv4 addresses only. */
  INET,
  /** IPv6 addresses only. */
  INET6
}
