package io.github.jsftp.bench;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line with a delay, a rate and TCP at both ends, which {@code src/bench/line/line} has set up.
 * The benchmark and the server are at its far end, and the clients run at its near end.
 *
 * @param namespace the network namespace of the near end
 * @param address the address of the far end
 * @param roundTrip in milliseconds
 * @param words what the line is like, a sentence without its end
 */
record Line(String namespace, String address, int roundTrip, String words) {

  /** Returns the line that the environment describes, or null if there is none. */
  static @Nullable Line of(Map<String, String> environment) {
    String namespace = environment.get("LINE_NEAR");
    return namespace == null
        ? null
        : new Line(
            namespace,
            environment.getOrDefault("LINE_FAR_ADDRESS", ""),
            Integer.parseInt(environment.getOrDefault("LINE_ROUND_TRIP", "")),
            environment.getOrDefault("LINE_WORDS", ""));
  }

  /** Returns the command that runs the command after it at the near end. */
  List<String> near() {
    return List.of("nsenter", "--net=/run/netns/" + namespace);
  }
}
