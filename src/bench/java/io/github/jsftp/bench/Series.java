package io.github.jsftp.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The measurements of one entrant with one workload. */
final class Series {
  private final String title;
  private final long part;
  private final long items;
  private final List<Measurement> measurements = new ArrayList<>();
  private @Nullable String failure;

  Series(String title, long part, long items) {
    this.title = title;
    this.part = part;
    this.items = items;
  }

  /** Adds a measurement of the part, scaled to the whole. */
  void add(Measurement measured) {
    measurements.add(isPart() ? measured.scaled((double) items / part) : measured);
  }

  void fail(String reason) {
    failure = reason;
  }

  String title() {
    return title;
  }

  long part() {
    return part;
  }

  /** Whether only a part of the items was measured. */
  boolean isPart() {
    return part < items;
  }

  @Nullable String failure() {
    return failure;
  }

  /** Whether all rounds went well. */
  boolean isComplete() {
    return failure == null && !measurements.isEmpty();
  }

  double median(ToLongFunction<Measurement> value) {
    long[] sorted = measurements.stream().mapToLong(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
  }

  long min(ToLongFunction<Measurement> value) {
    return measurements.stream().mapToLong(value).min().orElseThrow();
  }

  long max(ToLongFunction<Measurement> value) {
    return measurements.stream().mapToLong(value).max().orElseThrow();
  }
}
