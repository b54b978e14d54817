package io.github.jsftp.internal.path;

import java.util.Set;
import java.util.regex.Pattern;

/** Turns a glob into a regular expression. */
final class GlobReader {
  /** Not a dot at the start of a name. */
  private static final String NOT_HIDDEN = "(?!(?<![^/])\\.)";

  private static final Set<String> CLASSES =
      Set.of(
          "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
          "upper", "xdigit");

  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int at;
  private int braces;

  GlobReader(String glob) {
    this.glob = glob;
  }

  String regex() {
    while (at < glob.length()) {
      int c = take();
      switch (c) {
        case '*' -> star();
        case '?' -> regex.append(NOT_HIDDEN).append("[^/]");
        case '[' -> bracket();
        case '{' -> {
          braces++;
          regex.append("(?:");
        }
        case '}' -> {
          if (braces > 0) {
            braces--;
            regex.append(')');
          } else {
            literal(c);
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
          literal(take());
        }
        default -> literal(c);
      }
    }
    if (braces > 0) {
      throw new IllegalArgumentException("glob has an open brace: " + glob);
    }
    return regex.toString();
  }

  /**
   * Returns where the bracket that opens at an index closes.
   *
   * @throws IllegalArgumentException if it does not
   */
  static int bracketEnd(String glob, int open) {
    int i = open + 1;
    if (i < glob.length() && isNegation(glob.charAt(i))) {
      i++;
    }
    int first = i;
    while (i < glob.length()) {
      char c = glob.charAt(i);
      if (c == ']' && i > first) {
        return i;
      }
      if (c == '/') {
        break;
      }
      int classEnd = classEnd(glob, i);
      if (classEnd > 0) {
        i = classEnd + 2;
      } else {
        i += c == '\\' ? 2 : 1;
      }
    }
    throw new IllegalArgumentException("glob has an open bracket: " + glob);
  }

  /** Returns where the colon of a class such as {@code [:digit:]} is that ends it, or -1. */
  private static int classEnd(String glob, int open) {
    return glob.startsWith("[:", open) ? glob.indexOf(":]", open + 2) : -1;
  }

  private int take() {
    int c = glob.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private void star() {
    boolean startsName = at == 1 || "/{,".indexOf(glob.charAt(at - 2)) >= 0;
    if (at == glob.length() || glob.charAt(at) != '*') {
      regex.append(NOT_HIDDEN).append("[^/]*");
      return;
    }
    at++;
    if (startsName && at < glob.length() && glob.charAt(at) == '/') {
      at++;
      regex.append("(?:(?!\\.)[^/]+/)*");
    } else {
      regex.append(NOT_HIDDEN).append("[^/]*(?:/(?!\\.)[^/]*)*");
    }
  }

  private void bracket() {
    int end = bracketEnd(glob, at - 1);
    regex.append(NOT_HIDDEN).append("(?!/)[");
    if (isNegation(glob.charAt(at))) {
      at++;
      regex.append('^');
    }
    while (at < end) {
      if (classEnd(glob, at) > 0) {
        characterClass();
      } else {
        member();
        if (glob.charAt(at) == '-' && at + 1 < end) {
          at++;
          regex.append('-');
          member();
        }
      }
    }
    at = end + 1;
    regex.append(']');
  }

  private void characterClass() {
    int classEnd = classEnd(glob, at);
    String name = glob.substring(at + 2, classEnd);
    if (!CLASSES.contains(name)) {
      throw new IllegalArgumentException("glob has an unknown class [:" + name + ":]: " + glob);
    }
    if (name.equals("xdigit")) {
      regex.append("\\p{XDigit}");
    } else {
      regex.append("\\p{").append(Character.toUpperCase(name.charAt(0)));
      regex.append(name, 1, name.length()).append('}');
    }
    at = classEnd + 2;
  }

  private void member() {
    int c = take();
    regex.append(String.format("\\x{%x}", c == '\\' ? take() : c));
  }

  private static boolean isNegation(char c) {
    return c == '!' || c == '^';
  }

  private void literal(int c) {
    regex.append(Pattern.quote(Character.toString(c)));
  }
}
