package io.github.jsftp.internal.bulk;

import io.github.jsftp.internal.path.RemotePath;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The order in which the requests of a call are sent.
 *
 * @param items the indexes of the paths, in the order of sending
 * @param barriers the positions in that order at which the replies to all earlier requests must
 *     have arrived
 */
record SendingOrder(List<Integer> items, BitSet barriers) {

  /** Returns the order given, for requests that are independent of each other. */
  static SendingOrder asGiven(int size) {
    return new SendingOrder(IntStream.range(0, size).boxed().toList(), new BitSet());
  }

  /**
   * Returns the order given, in which requests for a directory and for a path below it are never in
   * flight at the same time.
   */
  static SendingOrder ofNested(GivenPaths paths) {
    SendingOrder order = asGiven(paths.size());
    Set<String> inFlight = new HashSet<>();
    Set<String> aboveThose = new HashSet<>();
    for (int i = 0; i < paths.size(); i++) {
      String path = RemotePath.display(paths.absolute(i));
      List<String> above = parents(path);
      if (aboveThose.contains(path) || above.stream().anyMatch(inFlight::contains)) {
        order.barriers.set(i);
        inFlight.clear();
        aboveThose.clear();
      }
      inFlight.add(path);
      aboveThose.addAll(above);
    }
    return order;
  }

  private static List<String> parents(String path) {
    var parents = new ArrayList<String>();
    for (String above = path; !above.equals("/"); ) {
      above = RemotePath.parent(above);
      parents.add(above);
    }
    return parents;
  }
}
