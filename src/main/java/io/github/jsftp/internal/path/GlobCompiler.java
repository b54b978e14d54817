package io.github.jsftp.internal.path;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Converts a glob to a graph of states. Its size is proportional to the glob's length. */
final class GlobCompiler {
  private static final Set<String> CLASSES =
      Set.of(
          "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
          "upper", "xdigit");

  private final String glob;
  private final boolean excludesHidden;
  private final ArrayDeque<Brace> braces = new ArrayDeque<>();
  private int states;
  private GlobState last = state(null, false);
  private int at;

  /** An open brace: the states where its alternatives start and end. */
  private record Brace(GlobState start, GlobState end) {}

  /**
   * Creates a reader.
   *
   * @param excludesHidden whether a dot at the start of a name is matched only by a literal dot
   */
  GlobCompiler(String glob, boolean excludesHidden) {
    this.glob = glob;
    this.excludesHidden = excludesHidden;
  }

  /** Returns the number of states, which are numbered from 0. */
  int states() {
    return states;
  }

  /** Reads the glob; returns the first and the last state. */
  List<GlobState> read() {
    GlobState first = last;
    while (at < glob.length()) {
      int c = nextCodePoint();
      switch (c) {
        case '*' -> star();
        case '?' -> append(state(GlobCompiler::isInName, excludesHidden));
        case '[' -> bracket();
        case '{' -> {
          var brace = new Brace(append(state(null, false)), state(null, false));
          braces.push(brace);
          last = link(brace.start, state(null, false));
        }
        case ',' -> {
          Brace brace = braces.peek();
          if (brace != null) {
            link(last, brace.end);
            last = link(brace.start, state(null, false));
          } else {
            literal(c);
          }
        }
        case '}' -> {
          Brace brace = braces.poll();
          if (brace != null) {
            last = link(last, brace.end);
          } else {
            literal(c);
          }
        }
        case '\\' -> {
          if (at == glob.length()) {
            throw new IllegalArgumentException("glob ends with a backslash: " + glob);
          }
          literal(nextCodePoint());
        }
        default -> literal(c);
      }
    }
    if (!braces.isEmpty()) {
      throw new IllegalArgumentException("glob has an open brace: " + glob);
    }
    return List.of(first, append(state(null, false)));
  }

  /**
   * Returns the index of the bracket that closes the one at {@code open}.
   *
   * @throws IllegalArgumentException if there is none
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

  /** Returns the index of the ":]" that ends a class such as {@code [:digit:]}, or -1. */
  private static int classEnd(String glob, int open) {
    return glob.startsWith("[:", open) ? glob.indexOf(":]", open + 2) : -1;
  }

  private int nextCodePoint() {
    int c = glob.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private GlobState state(@Nullable IntPredicate accepts, boolean excludesHidden) {
    return new GlobState(states++, accepts, excludesHidden);
  }

  private static GlobState link(GlobState from, GlobState to) {
    from.next.add(to);
    return to;
  }

  private GlobState append(GlobState state) {
    last = link(last, state);
    return state;
  }

  private void literal(int c) {
    append(state(other -> other == c, false));
  }

  private void star() {
    boolean startsName = at == 1 || "/{,".indexOf(glob.charAt(at - 2)) >= 0;
    int first = at;
    while (at < glob.length() && glob.charAt(at) == '*') {
      at++;
    }
    if (at == first) {
      repeat(GlobCompiler::isInName);
    } else if (startsName && at < glob.length() && glob.charAt(at) == '/') {
      at++;
      directories();
    } else {
      repeat(c -> true);
    }
  }

  /** Appends states for any number of accepted characters. */
  private void repeat(IntPredicate accepts) {
    GlobState start = append(state(null, excludesHidden));
    link(link(start, state(accepts, false)), start);
    append(state(null, false));
  }

  /** Appends states for any number of names that are each followed by a slash. */
  private void directories() {
    GlobState start = append(state(null, false));
    GlobState name = link(start, state(GlobCompiler::isInName, excludesHidden));
    GlobState rest = link(name, state(null, false));
    link(link(rest, state(GlobCompiler::isInName, false)), rest);
    link(link(rest, state(c -> c == '/', false)), start);
    append(state(null, false));
  }

  private void bracket() {
    int end = bracketEnd(glob, at - 1);
    boolean isNegated = isNegation(glob.charAt(at));
    if (isNegated) {
      at++;
    }
    var members = new ArrayList<IntPredicate>();
    while (at < end) {
      members.add(classEnd(glob, at) > 0 ? characterClass() : range(end));
    }
    at = end + 1;
    append(
        state(
            c -> isInName(c) && members.stream().anyMatch(m -> m.test(c)) != isNegated,
            excludesHidden));
  }

  private IntPredicate characterClass() {
    int classEnd = classEnd(glob, at);
    String name = glob.substring(at + 2, classEnd);
    if (!CLASSES.contains(name)) {
      throw new IllegalArgumentException("glob has an unknown class [:" + name + ":]: " + glob);
    }
    at = classEnd + 2;
    return switch (name) {
      case "alnum" -> GlobCompiler::isAlphanumeric;
      case "alpha" -> GlobCompiler::isLetter;
      case "blank" -> c -> c == ' ' || c == '\t';
      case "cntrl" -> c -> c < ' ' || c == 127;
      case "digit" -> GlobCompiler::isDigit;
      case "graph" -> c -> c > ' ' && c < 127;
      case "lower" -> c -> c >= 'a' && c <= 'z';
      case "print" -> c -> c >= ' ' && c < 127;
      case "punct" -> c -> c > ' ' && c < 127 && !isAlphanumeric(c);
      case "space" -> c -> c == ' ' || (c >= '\t' && c <= '\r');
      case "upper" -> c -> c >= 'A' && c <= 'Z';
      default -> c -> isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
  }

  private IntPredicate range(int end) {
    int from = member();
    if (glob.charAt(at) != '-' || at + 1 >= end) {
      return c -> c == from;
    }
    at++;
    int to = member();
    if (to < from) {
      throw new IllegalArgumentException("glob has a range that ends before it starts: " + glob);
    }
    return c -> c >= from && c <= to;
  }

  private int member() {
    int c = nextCodePoint();
    return c == '\\' ? nextCodePoint() : c;
  }

  private static boolean isInName(int c) {
    return c != '/';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isAlphanumeric(int c) {
    return isDigit(c) || isLetter(c);
  }

  private static boolean isNegation(char c) {
    return c == '!' || c == '^';
  }
}
