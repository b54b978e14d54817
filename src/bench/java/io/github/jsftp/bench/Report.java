package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The page that is written: grows with each workload, so that a run that is cut leaves its part.
 */
final class Report {
  private final Path file;
  private final String opening;
  private final List<String> sections = new ArrayList<>();
  private final Table summary =
      new Table("Workload", "jsftp, s", "Next best", "Its s", "Times jsftp's");

  /** What connecting takes over lines of different round trips, for each client. */
  private final Map<String, NavigableMap<Integer, Double>> connects = new LinkedHashMap<>();

  Report(Path file, String opening) {
    this.file = file;
    this.opening = opening;
  }

  /** Adds the results of a workload, and writes the page. */
  void add(Results results) throws IOException {
    sections.add(results.section());
    results.summarize(summary);
    if (results.workload().action() == Action.CONNECT) {
      for (Series series : results.all()) {
        if (series.isComplete()) {
          connects
              .computeIfAbsent(series.title(), title -> new TreeMap<>())
              .put(results.workload().roundTrip(), series.median(Measurement::whole));
        }
      }
    }
    write();
  }

  private void write() throws IOException {
    var text = new StringBuilder(opening).append("\n### Summary\n\n").append(summary);
    for (String section : sections) {
      text.append("\n").append(section);
    }
    Table trips = roundTrips();
    if (!trips.isEmpty()) {
      text.append("\n### Round trips to connect, get a small file and close\n\n").append(trips);
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, text);
  }

  /** How much longer connecting takes over a slower line, in round trips of what it is slower. */
  private Table roundTrips() {
    var table = new Table("Client", "Round trips");
    connects.forEach(
        (title, times) -> {
          var least = times.firstEntry();
          var most = times.lastEntry();
          if (least.getKey() < most.getKey()) {
            double longer = (most.getValue() - least.getValue()) / 1e6;
            table.add(title, Figures.format("%.1f", longer / (most.getKey() - least.getKey())));
          }
        });
    return table;
  }
}
