package io.github.jsftp.internal.ssh.hostkeys;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The canonical form of IP addresses, in which ssh looks them up in known_hosts. */
final class LiteralAddress {
  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,9})(\\.(0|[1-9][0-9]{0,9})){0,3}");
  private static final int GROUPS = 8;

  private LiteralAddress() {}

  /** Returns the host in lower case, and in canonical form if it is an IP address. */
  static String canonical(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    int zone = lower.indexOf('%');
    String address = zone < 0 ? lower : lower.substring(0, zone);
    boolean v6 = address.indexOf(':') >= 0;
    if (!v6 && !IPV4.matcher(address).matches()) {
      return lower;
    }
    try {
      InetAddress parsed = InetAddress.getByName(address); // no lookup for a literal address
      String text =
          parsed instanceof Inet6Address
              ? compressed(parsed.getAddress())
              : parsed.getHostAddress();
      String mapped = v6 && parsed instanceof Inet4Address ? "::ffff:" + text : text;
      return zone < 0 ? mapped : mapped + lower.substring(zone);
    } catch (UnknownHostException | IllegalArgumentException e) {
      return lower; // connecting will report the problem
    }
  }

  /** Abbreviates the longest run of at least two zero groups as "::", as RFC 5952 recommends. */
  private static String compressed(byte[] address) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (address[2 * i] & 0xff) << 8 | (address[2 * i + 1] & 0xff);
    }
    int start = 0;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    if (length == 1) {
      return hex(groups, 0, GROUPS);
    }
    return hex(groups, 0, start) + "::" + hex(groups, start + length, GROUPS);
  }

  private static String hex(int[] groups, int from, int to) {
    var text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
