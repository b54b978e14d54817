package io.github.jsftp.internal.console;

import io.github.jsftp.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.util.OptionalDouble;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The progress bar of one transfer, and the only class that uses the library for bars. It draws
 * only when it is called, so that nothing is drawn over the output of a program after a failure.
 */
final class ConsoleBar {
  private static final int MIN_WIDTH_FOR_ALL = 100;
  private static final int MIN_NAME_WIDTH = 18;

  private static final int DEFAULT_WIDTH = 80;

  private final PrintStream out;
  private final @Nullable Terminal terminal;

  ConsoleBar(PrintStream out) {
    this.out = out;
    terminal = open();
  }

  /** Opens the terminal. Signals stay with the JVM, whose shutdown hooks run after Ctrl-C. */
  private static @Nullable Terminal open() {
    try {
      return TerminalBuilder.builder().dumb(true).nativeSignals(false).build();
    } catch (IOException e) {
      return null; // the width then is the default
    }
  }

  /** Draws a snapshot over the previous one. */
  void show(Progress progress) {
    int known = terminal == null ? 0 : terminal.getWidth();
    int width = (known > 1 ? known : DEFAULT_WIDTH) - 1;
    new ConsoleProgressBarConsumer(out, width) // cuts off lines that are too wide
        .accept(line(progress, width) + " ".repeat(width));
  }

  /** Moves to the next line. */
  void close() {
    out.println();
    try {
      if (terminal != null) {
        terminal.close();
      }
    } catch (IOException e) {
      // nothing was written to it
    }
  }

  /** Returns the speed, the number of files and the end of a path, and more if there is room. */
  static String line(Progress progress, int width) {
    var snapshot = new ConsoleText(progress);
    String percent = snapshot.percent();
    String bar = bar(progress.fraction(), width / 4 - 8);
    String text =
        percent + bar + snapshot.bytes() + ", " + snapshot.speed() + snapshot.count(" files");
    if (text.length() + MIN_NAME_WIDTH > width) {
      text =
          (percent.isEmpty() ? snapshot.bytes() + ", " : percent)
              + snapshot.speed()
              + snapshot.count("");
    } else if (width >= MIN_WIDTH_FOR_ALL) {
      text += snapshot.remaining();
    }
    return text + ": " + snapshot.file(width - text.length() - 2);
  }

  private static String bar(OptionalDouble fraction, int length) {
    if (fraction.isEmpty() || length < 1) {
      return "";
    }
    int done = (int) (fraction.getAsDouble() * length);
    return "[" + "=".repeat(done) + " ".repeat(length - done) + "] ";
  }
}
