package io.github.jsftp.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * The positions in the byte stream of a copy where a fault is worth trying, in random order, and
 * then again: the end of each chunk that was sent, the byte after it, and the middle of the chunk.
 */
final class FaultPositions {
  private final List<Long> places;
  private int next;

  /**
   * Chooses positions between the ends of chunks.
   *
   * @param from the position where the copy began
   */
  FaultPositions(List<Long> ends, long from, Random random) {
    var found = new TreeSet<Long>();
    long last = from;
    for (long end : ends) {
      if (end > from) {
        found.add(end - from);
        found.add(last - from + 1);
        found.add((last + end) / 2 - from + 1);
        last = end;
      }
    }
    places = new ArrayList<>(found);
    Collections.shuffle(places, random);
  }

  synchronized long next() {
    return places.get(next++ % places.size());
  }

  int size() {
    return places.size();
  }

  /** Returns the number of positions that were taken at least once. */
  synchronized int taken() {
    return Math.min(next, places.size());
  }
}
