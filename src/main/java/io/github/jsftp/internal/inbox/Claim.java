package io.github.jsftp.internal.inbox;

import org.jspecify.annotations.Nullable;

/** A file that this inbox works on, and how far the work has come. */
final class Claim {
  /** How the handler has ended. */
  enum Outcome {
    /** It has not ended yet. */
    NONE,
    /** It has returned normally. */
    HANDLED,
    /** It has thrown an exception. */
    FAILED
  }

  final String id;

  /** The original name of the file. */
  final String name;

  /** The name in the folder from which the file is renamed to the claim. */
  final String source;

  /** The name from which the done file is renamed, or null if there is none. */
  final @Nullable String doneSource;

  /** Its size and time when it was listed. */
  final Version version;

  boolean begun;
  Outcome outcome = Outcome.NONE;

  /** Why the handler failed. */
  String reason = "";

  /** The absolute path to which the file is being moved, if any. */
  @Nullable String target;

  /** The absolute path of the temporary file of a copy to the target, if any. */
  @Nullable String part;

  Claim(String id, String source, @Nullable String doneSource, Version version) {
    this.id = id;
    this.source = source;
    this.doneSource = doneSource;
    this.version = version;
    name = version.name();
  }

  /** Returns the name that the file has while it is claimed. */
  String entry() {
    return new ClaimName(name, id).text();
  }
}
