package io.github.jsftp.bench;

import java.util.List;
import java.util.function.ToLongFunction;

/** What the entrants did with a workload; jsftp comes first. */
record Results(Workload workload, List<Series> all, boolean cold) {

  /** The time that counts. */
  private ToLongFunction<Measurement> time() {
    return cold || workload.action().isWhole() ? Measurement::whole : Measurement::work;
  }

  String heading() {
    return workload.heading() + (cold ? ", whole process" : "");
  }

  private double time(Series series) {
    return series.median(time());
  }

  /** The time that counts, in seconds; with an asterisk if only a part was measured. */
  String seconds(Series series) {
    return series.isComplete()
        ? Figures.seconds(time(series)) + (series.isPart() ? "*" : "")
        : "failed";
  }

  /** The heading, the table, and why some have failed. */
  String section() {
    var text = new StringBuilder("### ").append(heading()).append("\n\n").append(table());
    for (Series series : all) {
      if (series.failure() != null) {
        text.append("\n" + series.title() + ": " + series.failure() + "\n");
      }
    }
    return text.toString();
  }

  private Table table() {
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
    for (Series series : all) {
      if (series.isComplete()) {
        table.add(row(series));
      } else {
        table.add(series.title(), "failed", "", "", "", "", "", "", "");
      }
    }
    return table;
  }

  private String[] row(Series series) {
    double time = time(series);
    double heap = series.median(Measurement::heap);
    Series jsftp = all.get(0);
    return new String[] {
      series.title(),
      Figures.seconds(time),
      Figures.seconds((double) series.min(time()))
          + " to "
          + Figures.seconds((double) series.max(time())),
      Figures.rate(workload.amount(), time),
      jsftp.isComplete() ? Figures.times(time, time(jsftp)) : "",
      Figures.seconds(series.median(Measurement::whole)),
      Figures.seconds(series.median(Measurement::cpu)),
      heap == 0 ? "" : Figures.format("%.0f", heap / (1 << 20)),
      series.isPart()
          ? Figures.format("%,d of %,d, scaled", series.part(), workload.items())
          : "all"
    };
  }
}
