package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
  private final List<Results> all = new ArrayList<>();

  /** What connecting takes over lines of different round trips, for each client. */
  private final Map<String, NavigableMap<Integer, Double>> connects = new LinkedHashMap<>();

  Report(Path file, String opening) {
    this.file = file;
    this.opening = opening;
  }

  /** Adds the results of a workload, and writes the page. */
  void add(Results results) throws IOException {
    all.add(results);
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
    var text = new StringBuilder(opening).append("\n").append(seconds());
    text.append(
        "\nSeconds, medians. Of clients with an asterisk a part was measured, and scaled.\n");
    Table trips = roundTrips();
    if (!trips.isEmpty()) {
      text.append("\nRound trips to connect, get a small file and close:\n\n").append(trips);
    }
    text.append("\n## Details\n");
    for (Results results : all) {
      text.append("\n").append(results.section());
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, text);
  }

  /** The times of all clients with all workloads. */
  private Table seconds() {
    var clients = new LinkedHashSet<String>();
    for (Results results : all) {
      results.all().forEach(series -> clients.add(series.title()));
    }
    var table = new Table(row("Workload", List.copyOf(clients)));
    for (Results results : all) {
      Map<String, String> cells = new HashMap<>();
      results.all().forEach(series -> cells.put(series.title(), results.seconds(series)));
      table.add(
          row(
              results.heading(),
              clients.stream().map(title -> cells.getOrDefault(title, "")).toList()));
    }
    return table;
  }

  private static String[] row(String first, List<String> others) {
    var cells = new ArrayList<String>();
    cells.add(first);
    cells.addAll(others);
    return cells.toArray(new String[0]);
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
