package io.github.jsftp.bench;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What one run took, in nanoseconds and bytes.
 *
 * @param cpu of the client's process, for the work, or for all of it if {@link Action#isWhole}
 * @param heap the most that was in use, what could have been collected included; 0 where there is
 *     none
 * @param items the files, entries or calls that it really did
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
