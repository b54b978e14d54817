package io.github.jsftp.internal.path;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A glob over paths with / between names: {@code *} and {@code ?} within a name, {@code **} across
 * directories, {@code [a-z]}, {@code [!a-z]}, {@code [[:digit:]]}, {@code {a,b}}, and a backslash
 * before a character to take it as it is. As in a shell, a name that starts with a dot is matched
 * only by a pattern that does.
 */
public final class Glob {
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
      return new Glob(glob, Pattern.compile(new GlobReader(glob).regex(), Pattern.DOTALL));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("malformed glob: " + glob, e);
    }
  }

  /** Says whether the whole path matches. */
  public boolean matches(String path) {
    return pattern.matcher(path).matches();
  }

  /** Says whether a text has a wildcard in it, one after a backslash not counted. */
  public static boolean hasWildcards(String text) {
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '*', '?', '[', '{' -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  /** Says whether a part of a glob reaches across directories. */
  public static boolean crossesDirectories(String part) {
    for (int i = 0; i < part.length(); i++) {
      switch (part.charAt(i)) {
        case '\\' -> i++;
        case '[' -> i = GlobReader.bracketEnd(part, i);
        case '*' -> {
          if (part.startsWith("**", i)) {
            return true;
          }
        }
        default -> {}
      }
    }
    return false;
  }

  /**
   * Returns the parts between slashes, those of braces with a slash in them written out: {@code
   * {a/b,c}/*} gives the parts of {@code a/b/*} and those of {@code c/*}. Each part can be compiled
   * alone; an empty part stands between two slashes.
   *
   * @throws IllegalArgumentException if a bracket or a brace is left open
   */
  public static List<List<String>> parts(String glob) {
    compile(glob);
    var all = new ArrayList<List<String>>();
    split(glob, all);
    return all;
  }

  /** Returns a text without its backslashes: the name that a part without wildcards stands for. */
  public static String unescape(String part) {
    var name = new StringBuilder(part.length());
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      name.append(c == '\\' && i + 1 < part.length() ? part.charAt(++i) : c);
    }
    return name.toString();
  }

  @Override
  public String toString() {
    return text;
  }

  private static void split(String glob, List<List<String>> all) {
    var parts = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i < glob.length(); i++) {
      switch (glob.charAt(i)) {
        case '\\' -> {
          i++;
          if (glob.charAt(i) == '/') {
            parts.add(glob.substring(start, i - 1));
            start = i + 1;
          }
        }
        case '[' -> i = GlobReader.bracketEnd(glob, i);
        case '{' -> {
          List<Integer> commas = new ArrayList<>();
          int end = braceEnd(glob, i, commas);
          if (glob.substring(i, end).contains("/")) {
            for (int c = 0; c + 1 < commas.size(); c++) {
              String one = glob.substring(commas.get(c) + 1, commas.get(c + 1));
              split(glob.substring(0, i) + one + glob.substring(end + 1), all);
            }
            return;
          }
          i = end;
        }
        case '/' -> {
          parts.add(glob.substring(start, i));
          start = i + 1;
        }
        default -> {}
      }
    }
    parts.add(glob.substring(start));
    all.add(parts);
  }

  /** Returns where a brace closes, and where its alternatives end, its own two places included. */
  private static int braceEnd(String glob, int open, List<Integer> commas) {
    commas.add(open);
    int depth = 0;
    for (int i = open; ; i++) {
      switch (glob.charAt(i)) {
        case '\\' -> i++;
        case '[' -> i = GlobReader.bracketEnd(glob, i);
        case '{' -> depth++;
        case ',' -> {
          if (depth == 1) {
            commas.add(i);
          }
        }
        case '}' -> {
          if (--depth == 0) {
            commas.add(i);
            return i;
          }
        }
        default -> {}
      }
    }
  }
}
