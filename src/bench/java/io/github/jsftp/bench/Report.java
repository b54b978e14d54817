package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page that is written: grows with each workload, so that a run that is cut leaves its part.
 */
final class Report {
  private final Path file;
  private final String opening;
  private final List<String> sections = new ArrayList<>();
  private final Table summary =
      new Table("Workload", "jsftp, s", "Next best, s", "Next best", "Times jsftp's");
  private final Map<String, Map<Integer, Series>> connects = new LinkedHashMap<>();

  Report(Path file, String opening) {
    this.file = file;
    this.opening = opening;
  }

  /** Adds the results of a workload; returns the text that tells of them. */
  String add(Workload workload, List<Series> all) throws IOException {
    var section = new StringBuilder();
    section.append("### ").append(workload.heading()).append("\n\n");
    section.append(Table.of(workload, all));
    for (Series series : all) {
      if (series.failure() != null) {
        section
            .append("\n")
            .append(series.title())
            .append(": ")
            .append(series.failure())
            .append("\n");
      }
      if (workload.action() == Action.CONNECT && !series.isEmpty()) {
        connects
            .computeIfAbsent(series.title(), title -> new HashMap<>())
            .put(workload.roundTrip(), series);
      }
    }
    sections.add(section.toString());
    summarize(workload, all);
    write();
    return section.toString();
  }

  private void summarize(Workload workload, List<Series> all) {
    var time = Table.time(workload);
    Series first = all.get(0);
    all.stream()
        .skip(1)
        .filter(series -> !series.isEmpty())
        .min(Comparator.comparingDouble(series -> series.median(time)))
        .filter(best -> !first.isEmpty())
        .ifPresent(
            best ->
                summary.add(
                    workload.heading(),
                    Table.seconds(first.median(time)),
                    Table.seconds(best.median(time)),
                    best.title(),
                    Table.format("%.1f", best.median(time) / first.median(time))));
  }

  /**
   * How many round trips a client needs to connect, get a small file and close: what it takes
   * longer over a slower line, divided by how much slower that is.
   */
  private Table roundTrips() {
    var table = new Table("Client", "Round trips");
    connects.forEach(
        (title, byRoundTrip) -> {
          int least = byRoundTrip.keySet().stream().min(Integer::compare).orElseThrow();
          int most = byRoundTrip.keySet().stream().max(Integer::compare).orElseThrow();
          Series fast = byRoundTrip.get(least);
          Series slow = byRoundTrip.get(most);
          if (least < most && fast != null && slow != null) {
            double extra = slow.median(Measurement::whole) - fast.median(Measurement::whole);
            table.add(title, Table.format("%.1f", extra / 1e6 / (most - least)));
          }
        });
    return table;
  }

  private void write() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, text());
  }

  String text() {
    var text = new StringBuilder(opening).append("\n### Summary\n\n").append(summary);
    for (String section : sections) {
      text.append("\n").append(section);
    }
    Table trips = roundTrips();
    if (!trips.isEmpty()) {
      text.append("\n### Round trips to connect, get a small file and close\n\n").append(trips);
    }
    return text.toString();
  }
}
