package io.github.jsftp.internal.inbox;

import org.jspecify.annotations.Nullable;

/**
 * The pattern for the name of the file that marks another one as complete.
 *
 * @param prefix the text before the name of the complete file
 * @param suffix the text after it
 */
public record DoneName(String prefix, String suffix) {
  private static final String NAME = "{name}";

  /**
   * Parses a pattern such as {@code {name}.done}.
   *
   * @throws IllegalArgumentException if the pattern is malformed
   */
  public static DoneName parse(String pattern) {
    int at = pattern.indexOf(NAME);
    if (at < 0 || pattern.equals(NAME) || pattern.contains("/") || pattern.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "doneFile must contain {name}, more text and no slash, not: " + pattern);
    }
    return new DoneName(pattern.substring(0, at), pattern.substring(at + NAME.length()));
  }

  /** Returns the name of the file that marks a file as complete. */
  String of(String name) {
    return prefix + name + suffix;
  }

  /** Returns the name of the file that a name marks as complete, or null if it marks none. */
  @Nullable String dataOf(String name) {
    int length = name.length() - prefix.length() - suffix.length();
    return length > 0 && name.startsWith(prefix) && name.endsWith(suffix)
        ? name.substring(prefix.length(), prefix.length() + length)
        : null;
  }
}
