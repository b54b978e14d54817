package io.github.jsftp.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** What the entrants did with a workload; jsftp comes first. */
record Results(Workload workload, List<Series> all, boolean cold) {

  /** The time that counts. */
  private ToLongFunction<Measurement> time() {
    return cold || workload.action().isWhole() ? Measurement::whole : Measurement::work;
  }

  private String heading() {
    return workload.heading() + (cold ? ", whole process" : "");
  }

  private double time(Series series) {
    return series.median(time());
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

  /** Adds a row about jsftp and the fastest of the others. */
  void summarize(Table summary) {
    Series jsftp = all.get(0);
    Optional<Series> best =
        all.stream().skip(1).filter(Series::isComplete).min(Comparator.comparing(this::time));
    if (jsftp.isComplete() && best.isPresent()) {
      double others = time(best.get());
      summary.add(
          heading(),
          Figures.seconds(time(jsftp)),
          best.get().title(),
          Figures.seconds(others),
          Figures.times(others, time(jsftp)));
    }
  }
}
