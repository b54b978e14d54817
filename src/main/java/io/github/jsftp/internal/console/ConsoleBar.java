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
 * The bar of one transfer; the only class that knows the library for bars. It draws when it is told
 * to and never by itself, so that nothing is drawn over what a program prints after a failure.
 */
final class ConsoleBar {
  private static final int ROOM_FOR_ALL = 100;
  private static final int LEAST_OF_A_NAME = 18;

  private static final int USUAL_WIDTH = 80;

  private final PrintStream out;
  private final @Nullable Terminal terminal;

  ConsoleBar(PrintStream out) {
    this.out = out;
    terminal = open();
  }

  /** Opens the terminal; signals stay with the JVM, whose shutdown hooks run after Ctrl-C. */
  private static @Nullable Terminal open() {
    try {
      return TerminalBuilder.builder().dumb(true).nativeSignals(false).build();
    } catch (IOException e) {
      return null; // its width is a guess then
    }
  }

  /** Draws a snapshot over the one before. */
  void show(Progress progress) {
    int known = terminal == null ? 0 : terminal.getWidth();
    int width = (known > 1 ? known : USUAL_WIDTH) - 1;
    new ConsoleProgressBarConsumer(out, width) // which cuts off what is too wide
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
      // it was opened for its width only
    }
  }

  /** Returns the speed, the count of files and the end of a path, and what else has room. */
  static String line(Progress progress, int width) {
    var text = new ConsoleText(progress);
    String percent = text.percent();
    String bar = bar(progress.fraction(), width / 4 - 8);
    String facts = percent + bar + text.bytes() + ", " + text.speed() + text.count(" files");
    if (facts.length() + LEAST_OF_A_NAME > width) {
      facts = (percent.isEmpty() ? text.bytes() + ", " : percent) + text.speed() + text.count("");
    } else if (width >= ROOM_FOR_ALL) {
      facts += text.remaining();
    }
    return facts + ": " + text.file(width - facts.length() - 2);
  }

  private static String bar(OptionalDouble fraction, int length) {
    if (fraction.isEmpty() || length < 1) {
      return "";
    }
    int done = (int) (fraction.getAsDouble() * length);
    return "[" + "=".repeat(done) + " ".repeat(length - done) + "] ";
  }
}
