package io.github.jsftp.internal.console;

import io.github.jsftp.Progress;
import io.github.jsftp.ProgressListener;
import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of transfers to the user of a program: as a bar on a terminal, otherwise line
 * by line.
 */
public final class ConsoleProgress implements ProgressListener {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final PrintStream out;
  private boolean wantsBar;
  private @Nullable ConsoleBar bar;
  private @Nullable Duration shown; // the elapsed time in the last snapshot
  private Duration printed = Duration.ZERO;

  /** Creates a listener. It shows bars if they are wanted and the library for them is present. */
  public ConsoleProgress(PrintStream out, boolean wantsBar) {
    this.out = out;
    this.wantsBar = wantsBar;
  }

  /** Returns true if the program runs in a terminal. */
  @SuppressWarnings("SystemConsoleNull") // null without a terminal before Java 22
  public static boolean isTerminal() {
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

  @Override
  public synchronized void progress(Progress progress) {
    Duration last = shown;
    if (last == null || progress.elapsed().compareTo(last) < 0) {
      reset();
    }
    shown = progress.done() ? null : progress.elapsed();
    if (wantsBar) {
      showBar(progress);
    }
    if (!wantsBar) {
      showLine(progress);
    }
  }

  /** Resets the state for a new transfer, even if the previous one failed. */
  private void reset() {
    printed = Duration.ZERO;
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  private void showBar(Progress progress) {
    try {
      ConsoleBar current = bar;
      if (current == null) {
        current = new ConsoleBar(out);
        bar = current;
      }
      current.show(progress);
      if (progress.done()) {
        current.close();
        bar = null;
      }
    } catch (LinkageError e) {
      wantsBar = false; // the library is missing
    }
  }

  private void showLine(Progress progress) {
    if (progress.done() || progress.elapsed().minus(printed).compareTo(BETWEEN_LINES) >= 0) {
      printed = progress.elapsed();
      out.println(line(progress));
    }
  }

  /** Returns the text for a snapshot, such as {@code 45%, 12.3 of 27.0 MiB, 3.1 MiB/s: a/b.txt}. */
  static String line(Progress progress) {
    var text = new ConsoleText(progress);
    String end = progress.done() && progress.files() > 1 ? "" : ": " + text.file(Integer.MAX_VALUE);
    return text.percent() + text.bytes() + ", " + text.speed() + text.count(" files") + end;
  }
}
