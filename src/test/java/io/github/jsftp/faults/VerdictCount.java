package io.github.jsftp.faults;

import io.github.jsftp.faults.Verdict.End;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts verdicts, by row of a table. Safe for several threads. */
final class VerdictCount {
  private static final String LINE = "%-32s %7s %9s %8s %9s %6s %7s%n";

  private final Map<String, Map<End, Integer>> rows = new TreeMap<>();
  private final Map<String, Integer> again = new TreeMap<>();
  private final List<Verdict> lost = new ArrayList<>();

  synchronized void add(String row, Verdict verdict) {
    rows.computeIfAbsent(row, name -> new EnumMap<>(End.class))
        .merge(verdict.end(), 1, Integer::sum);
    if (verdict.attempts() > 1) {
      again.merge(row, 1, Integer::sum);
    }
    if (verdict.end() == End.LOST) {
      lost.add(verdict);
    }
  }

  synchronized List<Verdict> lost() {
    return List.copyOf(lost);
  }

  synchronized int count(End end) {
    return rows.values().stream().mapToInt(row -> row.getOrDefault(end, 0)).sum();
  }

  /** Returns the faults that happened. */
  int tried() {
    return count(End.SURVIVED) + count(End.FAILED) + count(End.LOST);
  }

  /**
   * Returns the table. Those retried are among those that survived; those reported ended with an
   * exception, and nothing was lost; those missed came too late to do anything.
   */
  synchronized String print() {
    var text = new StringBuilder();
    text.append(LINE.formatted("", "tried", "survived", "retried", "reported", "lost", "missed"));
    rows.forEach((name, row) -> text.append(line(name, row, again.getOrDefault(name, 0))));
    var all = new EnumMap<End, Integer>(End.class);
    for (End end : End.values()) {
      all.put(end, count(end));
    }
    int retried = again.values().stream().mapToInt(Integer::intValue).sum();
    return text.append(line("all", all, retried)).toString();
  }

  private static String line(String name, Map<End, Integer> row, int retried) {
    int survived = row.getOrDefault(End.SURVIVED, 0);
    int failed = row.getOrDefault(End.FAILED, 0);
    int lost = row.getOrDefault(End.LOST, 0);
    return LINE.formatted(
        name,
        survived + failed + lost,
        survived,
        retried,
        failed,
        lost,
        row.getOrDefault(End.MISSED, 0));
  }
}
