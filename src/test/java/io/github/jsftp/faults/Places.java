package io.github.jsftp.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * The places of a conversation that are worth a fault, in random order, and then all of them again:
 * the end of each piece that crossed the line, the byte after it, and the middle of the piece.
 */
final class Places {
  private final List<Long> places;
  private int next;

  /**
   * Places between the ends of the pieces of a conversation.
   *
   * @param from where the conversation began
   */
  Places(List<Long> ends, long from, Random random) {
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

  /** Returns how many of them were taken at least once. */
  synchronized int taken() {
    return Math.min(next, places.size());
  }
}
