package io.github.jsftp.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Rows and columns, as Markdown that is also legible as it is. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... titles) {
    rows.add(List.of(titles));
  }

  void add(String... cells) {
    rows.add(List.of(cells));
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      append(text, rows.get(r), widths);
      if (r == 0) {
        for (int i = 0; i < columns; i++) {
          text.append("|").append("-".repeat(widths[i] + 1)).append(i == 0 ? "-" : ":");
        }
        text.append("|\n");
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, List<String> row, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - row.get(i).length());
      text.append("| ").append(i == 0 ? row.get(i) + padding : padding + row.get(i)).append(' ');
    }
    text.append("|\n");
  }

  /** The table of one workload: jsftp first, and the others beside it. */
  static Table of(Workload workload, List<Series> all) {
    var table =
        new Table(
            "Client",
            "Seconds",
            "Least to most",
            workload.action().unit().title(),
            "Times jsftp's",
            "With connection",
            "CPU s",
            "Heap MiB",
            "Measured");
    ToLongFunction<Measurement> time = time(workload);
    Series first = all.get(0);
    for (Series series : all) {
      if (series.failure() != null || series.isEmpty()) {
        table.add(series.title(), "failed", "", "", "", "", "", "", "");
        continue;
      }
      double median = series.median(time);
      table.add(
          series.title(),
          seconds(median),
          range(series, time),
          rate(workload, median),
          first.isEmpty() ? "" : format("%.1f", median / first.median(time)),
          seconds(series.median(Measurement::whole)),
          seconds(series.median(Measurement::cpu)),
          series.max(Measurement::heap) == 0
              ? ""
              : format("%.0f", series.median(Measurement::heap) / (1 << 20)),
          series.isPart() ? format("%,d of %,d, scaled", series.part(), workload.items()) : "all");
    }
    return table;
  }

  private static String range(Series series, ToLongFunction<Measurement> time) {
    return seconds((double) series.min(time)) + " to " + seconds((double) series.max(time));
  }

  /** The time that counts for a workload. */
  static ToLongFunction<Measurement> time(Workload workload) {
    return workload.action().isWhole() ? Measurement::whole : Measurement::work;
  }

  private static String rate(Workload workload, double nanos) {
    double amount =
        workload.action().unit() == Action.Unit.MEGABYTES
            ? workload.bytes() / 1e6
            : workload.items();
    double rate = amount * 1e9 / nanos;
    return format(rate < 10 ? "%,.1f" : "%,.0f", rate);
  }

  static String seconds(double nanos) {
    double seconds = nanos / 1e9;
    return format(seconds < 10 ? "%.2f" : seconds < 100 ? "%.1f" : "%,.0f", seconds);
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
