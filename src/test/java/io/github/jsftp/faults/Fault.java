package io.github.jsftp.faults;

import io.github.jsftp.testing.FaultProxy.Direction;
import java.util.List;

/**
 * One thing that goes wrong in one copy. Its text says all there is to know, so that {@code
 * -Dfaults.repeat} can repeat it.
 *
 * @param place after how many bytes of the conversation in the direction it happens, or at the n-th
 *     what
 * @param seed decides what is left open, such as the size of the disk
 */
record Fault(Deed deed, Mode mode, Kind kind, Direction direction, long place, int seed) {
  static Fault parse(String text) {
    List<String> words = List.of(text.trim().split(" "));
    return new Fault(
        Deed.valueOf(words.get(0)),
        Mode.valueOf(words.get(1)),
        Kind.valueOf(words.get(2)),
        Direction.valueOf(words.get(3)),
        Long.parseLong(words.get(4)),
        Integer.parseInt(words.get(5)));
  }

  @Override
  public String toString() {
    return "%s %s %s %s %d %d".formatted(deed, mode, kind, direction, place, seed);
  }

  /** Returns no fault at all. */
  static Fault none(Deed deed, Mode mode) {
    return new Fault(deed, mode, Kind.PAUSE, Direction.UP, Long.MAX_VALUE, 0);
  }

  /** Returns a number that the seed decides. */
  int between(int least, int most) {
    return least + Math.floorMod(seed, most - least + 1);
  }
}
