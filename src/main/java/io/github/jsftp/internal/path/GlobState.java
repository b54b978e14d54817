package io.github.jsftp.internal.path;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A state in the graph of a glob: the characters it accepts, and the states that follow. */
final class GlobState {
  final int number;
  final @Nullable IntPredicate accepts; // null if it is left without a character
  final boolean excludesHidden; // not entered before a dot at the start of a name
  final List<GlobState> next = new ArrayList<>(2);

  GlobState(int number, @Nullable IntPredicate accepts, boolean excludesHidden) {
    this.number = number;
    this.accepts = accepts;
    this.excludesHidden = excludesHidden;
  }
}
