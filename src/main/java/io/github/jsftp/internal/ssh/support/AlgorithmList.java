package io.github.jsftp.internal.ssh.support;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A list of algorithms as OpenSSH writes it. It replaces the defaults, or changes them if its first
 * name begins with a sign: {@code +} appends the names, {@code ^} places them first, and {@code -}
 * removes them. {@code *} and {@code ?} are wildcards.
 *
 * @param sign '+', '-' or '^', or a blank if the list replaces the defaults
 * @param names the names and patterns, without the sign; none for the defaults as they are
 */
public record AlgorithmList(char sign, List<String> names) {
  private static final String SIGNS = "+-^";
  private static final char NO_SIGN = ' ';

  /**
   * Returns the list for the names of an option: a sign is the first character of the first name.
   */
  public static AlgorithmList of(List<String> names) {
    if (names.isEmpty() || SIGNS.indexOf(names.get(0).charAt(0)) < 0) {
      return new AlgorithmList(NO_SIGN, names);
    }
    var unsigned = new ArrayList<>(names);
    unsigned.set(0, names.get(0).substring(1));
    return new AlgorithmList(names.get(0).charAt(0), unsigned);
  }

  /**
   * Returns the algorithms to offer, in order of preference.
   *
   * @param defaults the names that the list replaces or changes
   * @param known the names among which patterns are looked up, unless they remove names
   */
  public List<String> assemble(List<String> defaults, List<String> known) {
    var offered = new LinkedHashSet<String>();
    switch (sign) {
      case '-' -> {
        offered.addAll(defaults);
        offered.removeAll(expanded(defaults));
      }
      case '+' -> {
        offered.addAll(defaults);
        offered.addAll(expanded(known));
      }
      case '^' -> {
        offered.addAll(expanded(known));
        offered.addAll(defaults);
      }
      default -> offered.addAll(names.isEmpty() ? defaults : expanded(known));
    }
    return List.copyOf(offered);
  }

  /** Returns the names and patterns that no known name matches; none if the list removes names. */
  public List<String> unknown(List<String> known) {
    if (sign == '-') {
      return List.of();
    }
    var unknown = new ArrayList<String>();
    for (String pattern : names) {
      if (matching(pattern, known).isEmpty()) {
        unknown.add(pattern);
      }
    }
    return unknown;
  }

  /** Returns true if the list leaves the defaults out that it does not name. */
  public boolean replacesDefaults() {
    return sign == NO_SIGN && !names.isEmpty();
  }

  private List<String> expanded(List<String> known) {
    var expanded = new ArrayList<String>();
    for (String pattern : names) {
      expanded.addAll(matching(pattern, known));
    }
    return expanded;
  }

  private static List<String> matching(String pattern, List<String> known) {
    var matching = new ArrayList<String>();
    for (String name : known) {
      if (PatternList.matchesPattern(pattern, name)) {
        matching.add(name);
      }
    }
    return matching;
  }
}
