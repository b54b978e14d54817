package io.github.jsftp.bench;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The cost of one run, in nanoseconds and bytes.
 *
 * @param cpu of the client's process, for the work, or for all of it if {@link Action#isWhole}
 * @param heap the peak of the heap in use, garbage included; 0 for programs without a heap
 * @param items the files, entries or calls completed
 */
record Measurement(long connect, long work, long close, long cpu, long heap, long items) {

  long whole() {
    return connect + work + close;
  }

  /** What it would have taken for so many times the items. */
  Measurement scaled(double factor) {
    return new Measurement(
        connect,
        Math.round(work * factor),
        close,
        Math.round(cpu * factor),
        heap,
        Math.round(items * factor));
  }

  String toLine() {
    return LongStream.of(connect, work, close, cpu, heap, items)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" "));
  }

  static Measurement parse(String line) {
    long[] fields = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    return new Measurement(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]);
  }
}
