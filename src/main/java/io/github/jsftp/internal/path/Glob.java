package io.github.jsftp.internal.path;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A glob over paths with / between names: {@code *} and {@code ?} within a name, {@code **} across
 * directories, {@code [a-z]}, {@code [!a-z]}, {@code {a,b}}, and a backslash before a character to
 * take it as it is. As in a shell, a name that starts with a dot is matched only by a pattern that
 * does.
 */
public final class Glob {
  private static final String SPECIAL = "*?[{\\";

  private final String text;
  private final Pattern pattern;

  private Glob(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /**
   * Reads a glob.
   *
   * @throws IllegalArgumentException if a bracket or a brace is left open, or it is empty
   */
  public static Glob compile(String glob) {
    if (glob.isEmpty()) {
      throw new IllegalArgumentException("glob must not be empty");
    }
    try {
      return new Glob(glob, Pattern.compile(new Reader(glob).regex(), Pattern.DOTALL));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("malformed glob: " + glob, e);
    }
  }

  /** Says whether the whole path matches. */
  public boolean matches(String path) {
    return pattern.matcher(path).matches();
  }

  /** Says whether a text has anything in it that a glob would not take literally. */
  public static boolean isGlob(String text) {
    return text.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0);
  }

  /** Returns the parts between slashes; a brace or bracket with a slash in it stays in one part. */
  public static List<String> parts(String glob) {
    var parts = new ArrayList<String>();
    int start = 0;
    int depth = 0;
    for (int i = 0; i < glob.length(); i++) {
      switch (glob.charAt(i)) {
        case '\\' -> i++;
        case '{' -> depth++;
        case '}' -> depth--;
        case '/' -> {
          if (depth <= 0) {
            parts.add(glob.substring(start, i));
            start = i + 1;
          }
        }
        default -> {}
      }
    }
    parts.add(glob.substring(start));
    return parts;
  }

  /** Returns a text without its backslashes: the name that a part without wildcards stands for. */
  public static String unescape(String part) {
    return part.replaceAll("\\\\(.)", "$1");
  }

  @Override
  public String toString() {
    return text;
  }

  /** Turns a glob into a regular expression. */
  private static final class Reader {
    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private int braces;
    private boolean nameStarts = true;

    Reader(String glob) {
      this.glob = glob;
    }

    String regex() {
      while (at < glob.length()) {
        char c = glob.charAt(at++);
        switch (c) {
          case '*' -> star();
          case '?' -> wildcard("[^/]");
          case '[' -> bracket();
          case '{' -> {
            braces++;
            regex.append("(?:");
          }
          case '}' -> {
            if (braces == 0) {
              literal(c);
            } else {
              braces--;
              regex.append(')');
            }
          }
          case ',' -> {
            if (braces > 0) {
              regex.append('|');
            } else {
              literal(c);
            }
          }
          case '\\' -> {
            if (at == glob.length()) {
              throw new IllegalArgumentException("glob ends with a backslash: " + glob);
            }
            literal(glob.charAt(at++));
          }
          default -> literal(c);
        }
      }
      if (braces > 0) {
        throw new IllegalArgumentException("glob has an open brace: " + glob);
      }
      return regex.toString();
    }

    private void star() {
      if (at < glob.length() && glob.charAt(at) == '*') {
        at++;
        if (nameStarts && at < glob.length() && glob.charAt(at) == '/') {
          at++;
          regex.append("(?:(?!\\.)[^/]+/)*");
        } else {
          regex.append(nameStarts ? "(?:(?!\\.)[^/]+(?:/(?!\\.)[^/]+)*)?" : ".*");
          nameStarts = false;
        }
      } else {
        wildcard("[^/]*");
      }
    }

    private void wildcard(String expression) {
      if (nameStarts) {
        regex.append("(?!\\.)");
      }
      regex.append(expression);
      nameStarts = false;
    }

    private void bracket() {
      int end =
          glob.indexOf(']', at < glob.length() && isNegation(glob.charAt(at)) ? at + 2 : at + 1);
      if (end < 0) {
        throw new IllegalArgumentException("glob has an open bracket: " + glob);
      }
      String set = glob.substring(at, end);
      at = end + 1;
      boolean negated = isNegation(set.charAt(0));
      String members = negated ? set.substring(1) : set;
      wildcard((negated ? "[^/" : "(?!/)[") + members.replaceAll("[\\\\\\[\\]&^]", "\\\\$0") + "]");
    }

    private static boolean isNegation(char c) {
      return c == '!' || c == '^';
    }

    private void literal(char c) {
      regex.append(Pattern.quote(String.valueOf(c)));
      nameStarts = c == '/';
    }
  }
}
