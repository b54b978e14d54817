package io.github.jsftp.internal.console;

import io.github.jsftp.Progress;
import io.github.jsftp.internal.path.Printable;
import java.time.Duration;
import java.util.Locale;

/** The parts of the text that shows a snapshot on the console. */
record ConsoleText(Progress progress) {
  private static final int FIRST_WIDE = 0x1100; // characters from here on may be two columns wide

  /** Returns the completed percentage; empty if it is unknown. */
  String percent() {
    var fraction = progress.fraction();
    return fraction.isEmpty() ? "" : (int) (fraction.getAsDouble() * 100) + "%, ";
  }

  /** Returns the amount of data copied, and the total before the end of the transfer. */
  String bytes() {
    String of =
        progress.totalBytes().isPresent() && !progress.done()
            ? " of " + mebibytes((double) progress.totalBytes().getAsLong())
            : "";
    return mebibytes((double) progress.bytes()) + of + " MiB";
  }

  /** Returns the average rate. */
  String speed() {
    return mebibytes(progress.bytesPerSecond()) + " MiB/s";
  }

  /** Returns the number of finished files; empty for a single file. */
  String count(String unit) {
    long total = progress.totalFiles().orElse(progress.files());
    if (total < 2) {
      return "";
    }
    boolean isAll = progress.done() || progress.totalFiles().isEmpty();
    return ", " + progress.files() + (isAll ? " files" : " of " + total + unit);
  }

  /** Returns the remaining time; empty if it is unknown. */
  String remaining() {
    Duration left = progress.remaining().orElse(Duration.ZERO);
    if (left.isZero()) {
      return "";
    }
    long hours = left.toHours();
    String format = hours > 0 ? ", %d:%02d:%02d left" : ", %2$d:%3$02d left";
    return String.format(Locale.ROOT, format, hours, left.toMinutesPart(), left.toSecondsPart());
  }

  /** Returns the path of the current file, cut at its start if it is wider than the columns. */
  String file(int columns) {
    String path = Printable.of(progress.file());
    int from = 0;
    int left = columns(path);
    int limit = left <= columns ? columns : columns - 3;
    while (left > limit && from < path.length()) {
      int first = path.codePointAt(from);
      left -= columns(first);
      from += Character.charCount(first);
    }
    return (from == 0 ? "" : "...") + path.substring(from);
  }

  private static int columns(String path) {
    return path.codePoints().map(ConsoleText::columns).sum();
  }

  private static int columns(int character) {
    return character < FIRST_WIDE ? 1 : 2;
  }

  private static String mebibytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / (1 << 20));
  }
}
