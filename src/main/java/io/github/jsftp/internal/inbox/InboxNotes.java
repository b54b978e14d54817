package io.github.jsftp.internal.inbox;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the lines of a journal add up to. */
final class InboxNotes {
  static final String SEEN = "seen";
  static final String GONE = "gone";
  static final String FOREIGN = "foreign";
  static final String FREED = "freed";
  static final String CLAIM = "claim";
  static final String BEGIN = "begin";
  static final String HANDLED = "handled";
  static final String FAILED = "failed";
  static final String TARGET = "target";
  static final String PART = "part";
  static final String END = "end";
  static final String REMEMBER = "remember";
  static final String TEMPORARY = "temporary";
  static final String REMOVED = "removed";

  /**
   * The first look at a version of a file.
   *
   * @param version the size and the time that were seen
   * @param at when, by the clock of this machine
   */
  record Look(Version version, Instant at) {}

  private final Map<String, Look> looks = new LinkedHashMap<>();
  private final Map<String, Instant> foreign = new LinkedHashMap<>();
  private final Map<String, Claim> claims = new LinkedHashMap<>();
  private final Map<Version, String> remembered = new LinkedHashMap<>();
  private final Set<String> temporaries = new LinkedHashSet<>();

  /**
   * Applies a line.
   *
   * @throws IllegalArgumentException if the line is malformed; also {@link
   *     IndexOutOfBoundsException}
   */
  void apply(String... line) {
    switch (line[0]) {
      case SEEN -> looks.put(line[4], new Look(version(line, 2), time(line[1])));
      case GONE -> looks.remove(line[1]);
      case FOREIGN -> foreign.put(line[2], time(line[1]));
      case FREED -> foreign.remove(line[1]);
      case CLAIM -> {
        Version version = version(line, 4);
        String done = line[3].isEmpty() ? null : line[3];
        claims.put(line[1], new Claim(line[1], line[2], done, version));
        looks.remove(version.name());
      }
      case BEGIN -> claim(line[1]).begun = true;
      case HANDLED -> claim(line[1]).outcome = Claim.Outcome.HANDLED;
      case FAILED -> {
        Claim claim = claim(line[1]);
        claim.outcome = Claim.Outcome.FAILED;
        claim.reason = line[2];
      }
      case TARGET -> {
        Claim claim = claim(line[1]);
        claim.target = line[2];
        claim.part = null;
      }
      case PART -> claim(line[1]).part = line[2];
      case END -> claims.remove(line[1]);
      case REMEMBER -> {
        Version version = version(line, 2);
        remembered.remove(version); // the newest are the last
        remembered.put(version, line[1]);
      }
      case TEMPORARY -> temporaries.add(line[1]);
      case REMOVED -> temporaries.remove(line[1]);
      default -> throw new IllegalArgumentException(line[0]);
    }
  }

  /** Returns the lines that lead to the present state. */
  List<String[]> lines() {
    List<String[]> lines = new ArrayList<>();
    looks.forEach((name, look) -> lines.add(seen(look)));
    foreign.forEach((name, at) -> lines.add(new String[] {FOREIGN, at.toString(), name}));
    for (Claim claim : claims.values()) {
      lines.add(claimed(claim));
      if (claim.begun) {
        lines.add(new String[] {BEGIN, claim.id});
      }
      switch (claim.outcome) {
        case HANDLED -> lines.add(new String[] {HANDLED, claim.id});
        case FAILED -> lines.add(new String[] {FAILED, claim.id, claim.reason});
        case NONE -> {}
      }
      String target = claim.target;
      if (target != null) {
        lines.add(new String[] {TARGET, claim.id, target});
      }
      String part = claim.part;
      if (part != null) {
        lines.add(new String[] {PART, claim.id, part});
      }
    }
    remembered.forEach((version, outcome) -> lines.add(remember(version, outcome)));
    temporaries.forEach(path -> lines.add(new String[] {TEMPORARY, path}));
    return lines;
  }

  static String[] seen(Look look) {
    Version v = look.version();
    return new String[] {
      SEEN, look.at().toString(), Long.toString(v.size()), v.modified().toString(), v.name()
    };
  }

  static String[] claimed(Claim claim) {
    String done = claim.doneSource;
    Version v = claim.version;
    return new String[] {
      CLAIM,
      claim.id,
      claim.source,
      done == null ? "" : done,
      Long.toString(v.size()),
      v.modified().toString(),
      v.name()
    };
  }

  /** Returns the note that remembers the file of a claim whose handler has ended. */
  static String[] remember(Claim claim) {
    return remember(claim.version, claim.outcome == Claim.Outcome.FAILED ? FAILED : HANDLED);
  }

  static String[] remember(Version version, String outcome) {
    return new String[] {
      REMEMBER,
      outcome,
      Long.toString(version.size()),
      version.modified().toString(),
      version.name()
    };
  }

  @Nullable Look look(String name) {
    return looks.get(name);
  }

  /** Returns the names of files that have been seen and not claimed. */
  Set<String> seenNames() {
    return Set.copyOf(looks.keySet());
  }

  /** Returns when a claim of another poller was first seen, or null. */
  @Nullable Instant foreignSince(String entry) {
    return foreign.get(entry);
  }

  /** Returns the claims of other pollers that have been seen. */
  Set<String> foreignEntries() {
    return Set.copyOf(foreign.keySet());
  }

  /** Returns this inbox's claims that have not ended. */
  List<Claim> claims() {
    return List.copyOf(claims.values());
  }

  boolean remembers(Version version) {
    return remembered.containsKey(version);
  }

  /** Forgets the oldest remembered versions beyond a number, but none that is present. */
  void forget(int most, Set<Version> present) {
    Iterator<Version> oldest = remembered.keySet().iterator();
    int excess = remembered.size() - most;
    while (excess > 0 && oldest.hasNext()) {
      if (!present.contains(oldest.next())) {
        oldest.remove();
        excess--;
      }
    }
  }

  /** Returns the local directories that a killed poll has left behind. */
  List<String> temporaries() {
    return List.copyOf(temporaries);
  }

  /** Returns a claim that has not ended. */
  Claim claim(String id) {
    Claim claim = claims.get(id);
    if (claim == null) {
      throw new IllegalArgumentException("no claim " + id);
    }
    return claim;
  }

  private static Version version(String[] line, int at) {
    return new Version(line[at + 2], Long.parseLong(line[at]), time(line[at + 1]));
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
