package io.github.jsftp.internal.path;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A glob for paths whose names are separated by /: {@code *} and {@code ?} within a name, {@code
 * **} across directories, {@code [a-z]}, {@code [!a-z]}, {@code [[:digit:]]}, {@code {a,b}}, and a
 * backslash that makes the next character literal.
 *
 * <p>All alternatives are matched in parallel, without backtracking. The time is therefore bounded
 * by the length of the glob times that of the path. Immutable.
 */
public final class Glob {
  /** The maximum number of globs that result from expanding braces with slashes in them. */
  private static final int MAX_ALTERNATIVES = 1000;

  private final String text;
  private final GlobState first;
  private final GlobState last;
  private final int states;

  private Glob(String text, boolean excludesHidden) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("glob must not be empty");
    }
    var reader = new GlobCompiler(text, excludesHidden);
    List<GlobState> ends = reader.read();
    this.text = text;
    first = ends.get(0);
    last = ends.get(1);
    states = reader.states();
  }

  /**
   * Compiles a glob with a shell's rules: a name that starts with a dot is matched only by a
   * pattern that starts with one.
   *
   * @throws IllegalArgumentException if the glob is malformed or empty
   */
  public static Glob compile(String glob) {
    return new Glob(glob, true);
  }

  /**
   * Compiles a glob with the rules of rsync and gitignore: a dot at the start of a name is an
   * ordinary character.
   *
   * @throws IllegalArgumentException if the glob is malformed or empty
   */
  public static Glob compileForFilter(String glob) {
    return new Glob(glob, false);
  }

  /** Returns true if the whole path matches. */
  public boolean matches(String path) {
    return new Matching(path).states().contains(last);
  }

  /** Returns true if a path below this directory may match. */
  public boolean mayMatchBelow(String dir) {
    return new Matching(dir + "/").states().stream().anyMatch(state -> state.accepts != null);
  }

  /** Returns true if the text contains a wildcard that is not escaped by a backslash. */
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

  /** Returns true if a part of a glob matches across directories. */
  public static boolean crossesDirectories(String part) {
    for (int i = 0; i < part.length(); i++) {
      switch (part.charAt(i)) {
        case '\\' -> i++;
        case '[' -> i = GlobCompiler.bracketEnd(part, i);
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
   * Returns the parts between slashes, with braces that contain a slash expanded: {@code {a/b,c}/*}
   * gives the parts of {@code a/b/*} and those of {@code c/*}. Each part can be compiled alone.
   * Between two adjacent slashes there is an empty part.
   *
   * @throws IllegalArgumentException if the glob is malformed, or expands to more than 1000 globs
   */
  public static List<List<String>> parts(String glob) {
    compile(glob);
    var all = new ArrayList<List<String>>();
    var remaining = new ArrayDeque<String>(List.of(glob));
    while (!remaining.isEmpty()) {
      String next = remaining.pop();
      List<String> expanded = expandBrace(next);
      for (int i = expanded.size() - 1; i >= 0; i--) {
        remaining.push(expanded.get(i));
      }
      if (expanded.isEmpty()) {
        all.add(split(next));
      }
      check(glob, all.size() + remaining.size());
    }
    return all;
  }

  /** Returns the text without its backslashes: the name that a part without wildcards matches. */
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

  /** Expands the first brace that contains a slash; returns an empty list if there is none. */
  private static List<String> expandBrace(String glob) {
    for (int i = 0; i < glob.length(); i++) {
      switch (glob.charAt(i)) {
        case '\\' -> i++;
        case '[' -> i = GlobCompiler.bracketEnd(glob, i);
        case '{' -> {
          List<Integer> commas = new ArrayList<>();
          int end = braceEnd(glob, i, commas);
          if (glob.substring(i, end).contains("/")) {
            check(glob, commas.size() - 1);
            var globs = new ArrayList<String>();
            for (int c = 0; c + 1 < commas.size(); c++) {
              String one = glob.substring(commas.get(c) + 1, commas.get(c + 1));
              globs.add(glob.substring(0, i) + one + glob.substring(end + 1));
            }
            return globs;
          }
          i = end;
        }
        default -> {}
      }
    }
    return List.of();
  }

  private static void check(String glob, int alternatives) {
    if (alternatives > MAX_ALTERNATIVES) {
      throw new IllegalArgumentException(
          "glob has over " + MAX_ALTERNATIVES + " alternatives with a slash in them: " + glob);
    }
  }

  private static List<String> split(String glob) {
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
        case '[' -> i = GlobCompiler.bracketEnd(glob, i);
        case '/' -> {
          parts.add(glob.substring(start, i));
          start = i + 1;
        }
        default -> {}
      }
    }
    parts.add(glob.substring(start));
    return parts;
  }

  /**
   * Returns the index of the closing brace. Adds the indexes of both braces and of the commas
   * between the alternatives to {@code commas}.
   */
  private static int braceEnd(String glob, int open, List<Integer> commas) {
    commas.add(open);
    int depth = 0;
    for (int i = open; ; i++) {
      switch (glob.charAt(i)) {
        case '\\' -> i++;
        case '[' -> i = GlobCompiler.bracketEnd(glob, i);
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

  /** The states that are reachable after each character of a path. */
  private final class Matching {
    private final int[] lastPosition =
        new int[states]; // the position at which a state was last reached, from 1
    private final ArrayDeque<GlobState> pending = new ArrayDeque<>();
    private List<GlobState> current = new ArrayList<>();

    Matching(String path) {
      pending.add(first);
      int at = 0;
      boolean startsName = true;
      while (at < path.length() && !pending.isEmpty()) {
        int c = path.codePointAt(at);
        followEmptyTransitions(at + 1, startsName && c == '.');
        for (GlobState state : current) {
          if (state.accepts != null && state.accepts.test(c)) {
            pending.addAll(state.next);
          }
        }
        startsName = c == '/';
        at += Character.charCount(c);
      }
      followEmptyTransitions(at + 1, false);
    }

    List<GlobState> states() {
      return current;
    }

    /** Adds the states that are reachable without a character. */
    private void followEmptyTransitions(int position, boolean isHidden) {
      current.clear();
      for (GlobState state = pending.poll(); state != null; state = pending.poll()) {
        if (lastPosition[state.number] != position && !(isHidden && state.excludesHidden)) {
          lastPosition[state.number] = position;
          current.add(state);
          if (state.accepts == null) {
            pending.addAll(state.next);
          }
        }
      }
    }
  }
}
