package io.github.jsftp.internal.ssh.hostkeys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The names of hosts in known_hosts: lists of patterns, or a hash. */
final class HostPatterns {
  private static final int SALT_LENGTH = 20;
  private static final int MAX_PATTERN_LENGTH = 1022; // a limit of ssh

  private HostPatterns() {}

  /**
   * Returns true if the first field of a line matches a host.
   *
   * @param host the bytes of the host in lower case, one a character
   */
  static boolean match(String hosts, String host) {
    return hosts.startsWith("|") ? matchesHash(hosts, host) : matchesList(hosts, host);
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

  private static boolean matchesList(String patterns, String host) {
    boolean found = false;
    for (String pattern : patterns.split(",", -1)) {
      boolean negated = pattern.startsWith("!");
      String positive = negated ? pattern.substring(1) : pattern;
      if (positive.length() > MAX_PATTERN_LENGTH) {
        return false;
      }
      if (matchesOne(lowerCase(positive), host)) {
        if (negated) {
          return false;
        }
        found = true;
      }
    }
    return found;
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

  /**
   * Returns true if a text matches a pattern with {@code *} and {@code ?}. Matches without
   * recursion or exponential time: after a mismatch, only the last star is extended by one
   * character.
   */
  static boolean matchesOne(String pattern, String text) {
    int at = 0;
    int star = -1;
    int retryAt = 0;
    int i = 0;
    while (i < text.length()) {
      int c = at < pattern.length() ? pattern.charAt(at) : -1;
      if (c == '*') {
        star = at++;
        retryAt = i;
      } else if (c == '?' || c == text.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++retryAt;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }
}
