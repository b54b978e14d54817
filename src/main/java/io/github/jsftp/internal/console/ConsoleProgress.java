package io.github.jsftp.internal.console;

import io.github.jsftp.Progress;
import io.github.jsftp.ProgressListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of transfers to the user of a program: as a bar on a terminal, otherwise line
 * by line. It prints only when it is called, so that nothing is printed over the output of a
 * program after a failure.
 */
public final class ConsoleProgress implements ProgressListener {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  /** Pauses grow to this fraction of the time, so that a transfer of a day prints 160 lines. */
  private static final int PAUSES_PER_ELAPSED_TIME = 20;

  private final PrintStream out;
  private final IntSupplier columns;
  private boolean isDrawing; // the cursor is behind a bar
  private @Nullable Duration shown; // the elapsed time in the last snapshot
  private Duration printed = Duration.ZERO;

  /**
   * Creates a listener.
   *
   * @param columns the width of the terminal, 0 if there is none
   */
  ConsoleProgress(PrintStream out, IntSupplier columns) {
    this.out = out;
    this.columns = columns;
  }

  /** Returns a listener that prints to {@link System#err}. */
  public static ConsoleProgress onStandardError() {
    return new ConsoleProgress(System.err, new Terminal()::columns);
  }

  @Override
  public synchronized void progress(Progress progress) {
    Duration last = shown;
    if (last == null || progress.elapsed().compareTo(last) < 0) {
      reset();
    }
    shown = progress.done() ? null : progress.elapsed();
    int width = columns.getAsInt();
    if (width > 0) {
      // The last column stays free: a terminal may wrap as soon as it is filled.
      draw(progress, Math.max(1, width - 1));
    } else {
      printLine(progress);
    }
  }

  /** Resets the state for a new transfer, even if the previous one failed. */
  private void reset() {
    printed = Duration.ZERO;
    if (isDrawing) {
      isDrawing = false;
      out.println();
    }
  }

  private void draw(Progress progress, int width) {
    out.print("\r" + " ".repeat(width) + "\r" + ConsoleText.bar(progress, width));
    isDrawing = !progress.done();
    if (progress.done()) {
      out.println();
    }
    out.flush();
  }

  private void printLine(Progress progress) {
    Duration grown = progress.elapsed().dividedBy(PAUSES_PER_ELAPSED_TIME);
    Duration pause = grown.compareTo(BETWEEN_LINES) > 0 ? grown : BETWEEN_LINES;
    if (progress.done() || progress.elapsed().minus(printed).compareTo(pause) >= 0) {
      printed = progress.elapsed();
      out.println(ConsoleText.line(progress));
    }
  }
}
