package io.github.jsftp.internal.console;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of standard error. Its width comes from {@code stty}, which runs beside the
 * transfer: only the first snapshot waits for it. Not thread-safe.
 */
final class Terminal {
  private static final Pattern SIZE = Pattern.compile("\\d+ (\\d{1,5})");
  private static final int DEFAULT_COLUMNS = 80;
  private static final long FIRST_WAIT_SECONDS = 2;
  private static final long NANOS_BETWEEN_QUERIES = TimeUnit.MILLISECONDS.toNanos(500);

  private int columns = -1; // before the first query
  private @Nullable Process query;
  private long lastQuery;

  /** Returns the width, known for about half a second; 0 if standard error is not a terminal. */
  int columns() {
    if (columns < 0) {
      columns = first();
    } else if (query != null && !query.isAlive()) {
      int answer = answer(query);
      columns = answer > 0 ? answer : columns;
      query = null;
    } else if (query == null
        && columns > 0
        && System.nanoTime() - lastQuery >= NANOS_BETWEEN_QUERIES) {
      query = ask();
    }
    return columns;
  }

  private int first() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return 0; // can't return to the start of a line
    }
    query = ask();
    if (query != null && ends(query)) {
      int answer = answer(query);
      query = null;
      return answer;
    }
    return isInteractive() ? fallback() : 0;
  }

  private @Nullable Process ask() {
    lastQuery = System.nanoTime();
    try {
      return new ProcessBuilder("sh", "-c", "stty size <&2 2>/dev/null")
          .redirectError(Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      return null; // as on Windows
    }
  }

  private static boolean ends(Process process) {
    try {
      return process.waitFor(FIRST_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // for the transfer
      return false;
    }
  }

  /** Returns the columns that {@code stty} has printed behind the rows; 0 if it has failed. */
  private static int answer(Process ended) {
    try (InputStream output = ended.getInputStream()) {
      Matcher size = SIZE.matcher(new String(output.readAllBytes(), US_ASCII).strip());
      int columns = size.matches() ? Integer.parseInt(size.group(1)) : 0;
      return ended.exitValue() != 0 || columns > 0 ? columns : fallback();
    } catch (IOException e) {
      return fallback();
    }
  }

  private static int fallback() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{0,3}")
        ? Integer.parseInt(columns)
        : DEFAULT_COLUMNS;
  }

  /** Returns true if the user of the program can answer questions. */
  @SuppressWarnings("SystemConsoleNull") // null without a terminal before Java 22
  static boolean isInteractive() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // Since Java 22, there is a console without a terminal, too.
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }
}
