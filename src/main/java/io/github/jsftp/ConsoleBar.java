package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * The bar of one transfer; the only class that knows the library for bars. It draws when it is told
 * to and never by itself, so that nothing is drawn over what a program prints after a failure.
 */
final class ConsoleBar {
  private static final int MOST_OF_A_PATH = 24;

  private final Line line;
  private final ProgressBar bar;

  /**
   * Begins a bar.
   *
   * @param resumed bytes that do not count for the speed
   */
  ConsoleBar(PrintStream out, long resumed) {
    line = new Line(out);
    bar =
        new ProgressBarBuilder()
            .setInitialMax(-1)
            .setUnit(" MiB", 1 << 20)
            .startsFrom(resumed, Duration.ZERO)
            .setUpdateIntervalMillis(Integer.MAX_VALUE)
            .showSpeed()
            .setConsumer(line)
            .build();
  }

  /** Draws a snapshot. */
  void show(Progress progress) {
    bar.maxHint(progress.done() ? progress.bytes() : progress.totalBytes().orElse(-1));
    bar.setExtraMessage(" " + end(Printable.of(progress.file())));
    bar.stepTo(progress.bytes());
    if (!progress.done()) {
      bar.refresh();
    }
  }

  /** Returns as much of a path's end as leaves room for the bar. */
  private static String end(String path) {
    return path.length() > MOST_OF_A_PATH
        ? "..." + path.substring(path.length() - MOST_OF_A_PATH + 3)
        : path;
  }

  /** Draws the last state and goes on to the next line. */
  void close() {
    bar.close();
    line.close(); // the library leaves it open when its own first drawing had not come yet
  }

  /** The line that the bar is drawn on. Nothing is drawn once it has ended. */
  private static final class Line extends ConsoleProgressBarConsumer {
    private final AtomicBoolean ended = new AtomicBoolean();

    Line(PrintStream out) {
      super(out);
    }

    @Override
    public void accept(String rendered) {
      if (!ended.get()) {
        super.accept(rendered);
      }
    }

    @Override
    public void close() {
      if (ended.compareAndSet(false, true)) {
        super.close();
      }
    }
  }
}
