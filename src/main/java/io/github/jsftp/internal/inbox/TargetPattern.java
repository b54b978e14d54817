package io.github.jsftp.internal.inbox;

import io.github.jsftp.internal.path.RemotePath;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** A pattern for the paths to which an inbox moves files, such as {@code done/{date}}. */
public final class TargetPattern {
  private static final String TIME = "HHmmss";
  private static final LocalDateTime SAMPLE = LocalDateTime.of(2026, 11, 28, 23, 59, 59);

  private final String folder;
  private final List<BiFunction<String, LocalDateTime, String>> parts;
  private final boolean isFile;

  private TargetPattern(
      String folder, List<BiFunction<String, LocalDateTime, String>> parts, boolean isFile) {
    this.folder = folder;
    this.parts = parts;
    this.isFile = isFile;
  }

  /**
   * Parses a pattern.
   *
   * @param option the name of the option, for messages
   * @param folder the absolute path of the inbox, at which relative patterns start
   * @throws IllegalArgumentException if a token is unknown, or the pattern leads to the folder
   *     itself
   */
  public static TargetPattern parse(String option, String folder, String pattern) {
    List<BiFunction<String, LocalDateTime, String>> parts = new ArrayList<>();
    int at = 0;
    for (int open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', at)) {
      int close = pattern.indexOf('}', open);
      if (close < 0) {
        throw new IllegalArgumentException(option + " has a { without a }: " + pattern);
      }
      String literal = pattern.substring(at, open);
      parts.add((name, time) -> literal);
      parts.add(token(option, pattern.substring(open + 1, close)));
      at = close + 1;
    }
    String rest = pattern.substring(at);
    parts.add((name, time) -> rest);
    String last = pattern.substring(pattern.lastIndexOf('/') + 1);
    var parsed = new TargetPattern(folder, parts, last.contains("{name}"));
    String sample = RemotePath.normalize(parsed.path("name", SAMPLE));
    if (RemotePath.parent(sample).equals(RemotePath.normalize(folder))) {
      throw new IllegalArgumentException(
          option + " must lead to another directory than the inbox itself: " + pattern);
    }
    return parsed;
  }

  private static BiFunction<String, LocalDateTime, String> token(String option, String token) {
    if (token.equals("name")) {
      return (name, time) -> name;
    } else if (token.equals("date")) {
      return (name, time) -> time.toLocalDate().toString();
    } else if (token.equals("time")) {
      return formatted(option, TIME);
    } else if (token.startsWith("date:")) {
      return formatted(option, token.substring("date:".length()));
    }
    throw new IllegalArgumentException(
        option
            + " has an unknown token {"
            + token
            + "}; known are {name}, {date}, {time}, and {date:..} with a pattern of"
            + " DateTimeFormatter");
  }

  private static BiFunction<String, LocalDateTime, String> formatted(String option, String text) {
    try {
      var format = DateTimeFormatter.ofPattern(text, Locale.ROOT);
      var unused = format.format(SAMPLE); // refuses a zone, for example
      return (name, time) -> format.format(time);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(
          option + " has an invalid date pattern: " + text + ": " + e.getMessage(), e);
    }
  }

  /** Returns the absolute path for a file with this name. */
  String path(String name, LocalDateTime time) {
    var text = new StringBuilder();
    parts.forEach(part -> text.append(part.apply(name, time)));
    String path =
        text.indexOf("/") == 0 ? text.toString() : RemotePath.child(folder, text.toString());
    return (isFile ? path : RemotePath.child(path, name)).replaceAll("/{2,}", "/");
  }
}
