package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.internal.path.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of a configuration file.
 *
 * @param file the file
 * @param number the number of the line, from 1
 * @param keyword the keyword in lower case
 * @param text all that follows the keyword, as it is written
 * @param arguments the arguments without quotes and comment
 */
record ConfigLine(Path file, int number, String keyword, String text, List<String> arguments) {
  private static final Pattern KEYWORD =
      Pattern.compile(
          "[ \\t\\r]*+(?:\"(?<quoted>[^\"]*)\"|(?<plain>[^ \\t\\r\"=]++))[ \\t\\r]*+=?[ \\t\\r]*+"
              + "(?<text>.*)",
          Pattern.DOTALL);

  private static final int MAX_QUOTE_LENGTH = 100;

  ConfigLine {
    arguments = List.copyOf(arguments);
  }

  /**
   * Parses a line. Returns null for an empty line and a comment.
   *
   * @throws IOException if there is no keyword, or a quote is not closed
   */
  static @Nullable ConfigLine parse(Path file, int number, String line) throws IOException {
    String content = line.stripTrailing();
    String start = content.stripLeading();
    if (start.isEmpty() || start.startsWith("#")) {
      return null;
    }
    Matcher parts = KEYWORD.matcher(content);
    if (!parts.matches()) {
      throw problem(file, number, "not a keyword and its value");
    }
    String quoted = parts.group("quoted");
    String keyword = quoted == null ? parts.group("plain") : quoted;
    String text = parts.group("text");
    return new ConfigLine(
        file, number, keyword.toLowerCase(Locale.ROOT), text, arguments(file, number, text));
  }

  /** Splits text at blanks outside quotes, up to a comment, as OpenSSH does. */
  private static List<String> arguments(Path file, int number, String text) throws IOException {
    var arguments = new ArrayList<String>();
    int at = 0;
    while (at < text.length()) {
      if (isBlank(text.charAt(at))) {
        at++;
        continue;
      }
      if (text.charAt(at) == '#') {
        break;
      }
      var argument = new StringBuilder();
      char quote = 0;
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '\\' && at + 1 < text.length() && isEscaped(text.charAt(at + 1), quote)) {
          argument.append(text.charAt(at + 1));
          at++;
        } else if (quote == 0 && isBlank(c)) {
          break;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
          quote = c;
        } else if (quote != 0 && c == quote) {
          quote = 0;
        } else {
          argument.append(c);
        }
        at++;
      }
      if (quote != 0) {
        throw problem(file, number, "a quote is not closed");
      }
      arguments.add(argument.toString());
    }
    return arguments;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isEscaped(char c, char quote) {
    return c == '\'' || c == '"' || c == '\\' || (c == ' ' && quote == 0);
  }

  /**
   * Returns the only argument.
   *
   * @throws IOException if there is none, an empty one, or more than one
   */
  String argument() throws IOException {
    if (arguments.isEmpty() || arguments.get(0).isEmpty()) {
      throw problem(keyword + " has no value");
    }
    if (arguments.size() > 1) {
      throw problem(keyword + " has more than one value; quote a value with blanks");
    }
    return arguments.get(0);
  }

  /**
   * Returns the arguments.
   *
   * @throws IOException if nothing follows the keyword, or one of them is empty
   */
  List<String> filledArguments() throws IOException {
    if (text.isEmpty()) {
      throw problem(keyword + " has no value");
    }
    if (arguments.contains("")) {
      throw problem(keyword + " has an empty value");
    }
    return arguments;
  }

  /** Returns an exception whose message starts with the file and the line number. */
  IOException problem(String message) {
    return problem(file, number, message);
  }

  static IOException problem(Path file, int number, String message) {
    return new IOException(where(file, number) + ": " + message);
  }

  /** Returns the file and the line number, as in "/home/me/.ssh/config:12". */
  String where() {
    return where(file, number);
  }

  private static String where(Path file, int number) {
    return Printable.of(file.toString()) + ":" + number;
  }

  /** Returns a value in quotes for a message, made printable and shortened. */
  static String quoted(String value) {
    String printable = Printable.of(value);
    return "\""
        + (printable.length() > MAX_QUOTE_LENGTH
            ? printable.substring(0, MAX_QUOTE_LENGTH) + ".."
            : printable)
        + '"';
  }
}
