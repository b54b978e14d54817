package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.internal.ssh.support.PatternList;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The names of hosts in known_hosts: lists of patterns, or a hash. */
final class HostPatterns {
  private static final int SALT_LENGTH = 20;

  private HostPatterns() {}

  /**
   * Returns true if the first field of a line matches a host.
   *
   * @param host the bytes of the host in lower case, one a character
   */
  static boolean match(String hosts, String host) {
    return hosts.startsWith("|")
        ? matchesHash(hosts, host)
        : PatternList.matches(lowerCase(hosts), host);
  }

  /** Returns true if the field names hosts by wildcards or negations, not one by one. */
  static boolean isPattern(String hosts) {
    return hosts.indexOf('*') >= 0 || hosts.indexOf('?') >= 0 || hosts.indexOf('!') >= 0;
  }

  private static boolean matchesHash(String hash, String host) {
    String[] parts = hash.split("\\|", -1);
    if (parts.length != 4 || !parts[1].equals("1")) {
      return false;
    }
    try {
      byte[] salt = Base64.getDecoder().decode(parts[2]);
      if (salt.length != SALT_LENGTH) {
        return false;
      }
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(salt, "HmacSHA1"));
      byte[] expected = mac.doFinal(host.getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(expected).equals(parts[3]);
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      return false;
    }
  }

  private static String lowerCase(String ascii) {
    var lower = new StringBuilder(ascii);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c - 'A' + 'a'));
      }
    }
    return lower.toString();
  }
}
