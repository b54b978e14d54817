package io.github.jsftp.faults;

import io.github.jsftp.testing.FaultProxy.Direction;
import java.util.List;

/**
 * One fault in one copy. Its text holds all parameters, so that {@code -Dfaults.repeat} can repeat
 * it.
 *
 * @param place the number of bytes in the direction before the fault, or the number of the reply
 *     that is withheld
 * @param seed determines the other parameters, such as the length of a pause
 */
record Fault(
    CopyKind copyKind, CopyMode mode, FaultKind kind, Direction direction, long place, int seed) {
  static Fault parse(String text) {
    List<String> words = List.of(text.trim().split(" "));
    return new Fault(
        CopyKind.valueOf(words.get(0)),
        CopyMode.valueOf(words.get(1)),
        FaultKind.valueOf(words.get(2)),
        Direction.valueOf(words.get(3)),
        Long.parseLong(words.get(4)),
        Integer.parseInt(words.get(5)));
  }

  @Override
  public String toString() {
    return "%s %s %s %s %d %d".formatted(copyKind, mode, kind, direction, place, seed);
  }

  /** Returns a fault that never happens. */
  static Fault none(CopyKind copyKind, CopyMode mode) {
    return new Fault(copyKind, mode, FaultKind.PAUSE, Direction.UP, Long.MAX_VALUE, 0);
  }

  /** Returns a number in a range, determined by the seed. */
  int between(int least, int most) {
    return least + Math.floorMod(seed, most - least + 1);
  }
}
