package io.github.jsftp.internal.console;

import static java.util.stream.Collectors.joining;

import io.github.jsftp.Progress;
import io.github.jsftp.internal.path.Printable;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The text that shows a snapshot on the console. Its columns keep their places. */
record ConsoleText(Progress progress) {
  private static final int MIN_NAME_COLUMNS = 12;
  private static final int MIN_BAR_COLUMNS = 10;

  /**
   * Returns a line for a terminal, such as {@code 42% [====> ] 1.5 MiB/s 0:02 left files 3/7
   * a/b.txt}. A narrow terminal shows percentage, rate and name. A wider one also shows, in this
   * order of importance, the remaining time, the number of files, a bar and the amounts.
   */
  static String bar(Progress progress, int width) {
    var text = new ConsoleText(progress);
    String percent = text.percent();
    String rate = String.format(Locale.ROOT, "  %5s MiB/s", text.rate());
    if (percent.length() + rate.length() > width) {
      return percent.substring(0, Math.min(width, percent.length()));
    }
    int room = width - percent.length() - rate.length() - MIN_NAME_COLUMNS - 2;
    String time = fitting(text.time(), room);
    room -= time.length();
    String files = fitting(text.files(), room);
    room -= files.length();
    String bar = fitting(text.bar(width / 4 - 8), room);
    room -= bar.length();
    String amounts = fitting(progress.fraction().isEmpty() ? "" : text.amounts(), room);
    String line = percent + bar + amounts + rate + time + files;
    String name = text.isWholeTree() ? "" : text.name(width - line.length() - 2);
    return name.isEmpty() ? line : line + "  " + name;
  }

  /** Returns a line for a log, such as {@code 45%, 12.3/27.0 MiB, 3.1 MiB/s: a/b.txt}. */
  static String line(Progress progress) {
    var text = new ConsoleText(progress);
    String percent = progress.fraction().isEmpty() ? "" : text.percent();
    String line =
        Stream.of(percent, text.amounts(), text.rate() + " MiB/s", text.time(), text.files())
            .map(part -> part.strip().replaceAll(" +", " "))
            .filter(part -> !part.isEmpty())
            .collect(joining(", "));
    return text.isWholeTree() ? line : line + ": " + Printable.of(progress.file());
  }

  private static String fitting(String part, int room) {
    return part.length() <= room ? part : "";
  }

  /** The last snapshot of a tree is about all its files, not about the last one. */
  private boolean isWholeTree() {
    return progress.done() && progress.files() > 1;
  }

  /** Returns the completed percentage, or else the amount copied. */
  private String percent() {
    OptionalDouble fraction = progress.fraction();
    return fraction.isEmpty()
        ? mebibytes((double) progress.bytes()) + " MiB"
        : String.format(Locale.ROOT, "%3d%%", (int) (fraction.getAsDouble() * 100));
  }

  private String bar(int length) {
    OptionalDouble fraction = progress.fraction();
    if (fraction.isEmpty()) {
      return "";
    }
    int columns = Math.max(MIN_BAR_COLUMNS, length);
    int done = (int) (fraction.getAsDouble() * columns);
    String head = done < columns ? ">" : "";
    return " [" + "=".repeat(done) + head + " ".repeat(columns - done - head.length()) + "]";
  }

  /** Returns the amount copied, and the total before the end of the transfer. */
  private String amounts() {
    String done = mebibytes((double) progress.bytes());
    if (progress.totalBytes().isEmpty() || progress.done()) {
      return "  " + done + " MiB";
    }
    return "  " + outOf(done, mebibytes((double) progress.totalBytes().getAsLong())) + " MiB";
  }

  /** Returns the average rate. */
  private String rate() {
    return mebibytes(progress.bytesPerSecond());
  }

  /** Returns the remaining time, and at the end the elapsed time; blank if it is unknown. */
  private String time() {
    String time =
        progress.done()
            ? "in " + clock(progress.elapsed())
            : progress.remaining().map(left -> clock(left) + " left").orElse("");
    return String.format(Locale.ROOT, "  %10s", time);
  }

  private static String clock(Duration time) {
    String format = time.toHours() > 0 ? "%d:%02d:%02d" : "%2$d:%3$02d";
    return String.format(
        Locale.ROOT, format, time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  /** Returns the number of finished files, and of all files if known; empty for a single file. */
  private String files() {
    long total = progress.totalFiles().orElse(progress.files());
    if (total < 2) {
      return "";
    }
    String done = String.valueOf(progress.files());
    return "  files "
        + (progress.totalFiles().isEmpty() ? done : outOf(done, String.valueOf(total)));
  }

  private static String outOf(String done, String total) {
    return " ".repeat(Math.max(0, total.length() - done.length())) + done + "/" + total;
  }

  /** Returns the path of the current file, cut at its start if it is wider than the room. */
  private String name(int room) {
    String path = Printable.of(progress.file());
    int from = 0;
    int left = path.codePoints().map(ConsoleText::columns).sum();
    int limit = left <= room ? room : room - 3;
    while (left > limit && from < path.length()) {
      int first = path.codePointAt(from);
      left -= columns(first);
      from += Character.charCount(first);
    }
    return (from == 0 || limit < 0 ? "" : "...") + path.substring(from);
  }

  /** Returns the columns of a character: 0, 1 or 2. Terminals differ for symbols: 2 is safe. */
  private static int columns(int character) {
    int type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean isWide =
        (character >= 0x1100 && character < 0x1160) // Hangul syllables' first parts
            || (character >= 0x2300 && character < 0x2c00) // symbols
            || character >= 0x2e80; // East Asia, emoji
    return isWide ? 2 : 1;
  }

  private static String mebibytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / (1 << 20));
  }
}
