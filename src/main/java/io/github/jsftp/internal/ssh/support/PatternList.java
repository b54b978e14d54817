package io.github.jsftp.internal.ssh.support;

/**
 * Patterns as in ssh_config(5): {@code *} matches any text, {@code ?} one character. In a list they
 * are separated by commas, and {@code !} negates one.
 */
public final class PatternList {
  private static final int MAX_LENGTH = 1022; // a limit of ssh

  private PatternList() {}

  /**
   * Returns true if a pattern of the list matches, and no negated one does. As with ssh, no list
   * with a pattern of more than 1,022 characters matches.
   */
  public static boolean matches(String list, String text) {
    boolean found = false;
    for (String pattern : list.split(",", -1)) {
      boolean negated = pattern.startsWith("!");
      String positive = negated ? pattern.substring(1) : pattern;
      if (positive.length() > MAX_LENGTH) {
        return false;
      }
      if (matchesPattern(positive, text)) {
        if (negated) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  /**
   * Returns true if a single pattern matches the whole text. Works without recursion or exponential
   * time: after a mismatch, only the last star is extended by one character.
   */
  public static boolean matchesPattern(String pattern, String text) {
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
