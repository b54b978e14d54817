package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What is measured: an action over a network with a round trip.
 *
 * @param roundTrip in milliseconds
 * @param source the file, directory or tree
 * @param items files, entries or calls
 * @param bytes in all
 * @param trips the round trips of an item for a client that does one thing at a time, about; 0
 *     where a part of the items would not tell of the whole
 * @param least the least number of items in a part: fewer files would have too many directories
 */
record Workload(
    String title,
    Action action,
    int roundTrip,
    Path source,
    long items,
    long bytes,
    int trips,
    long least) {
  /** An open, a read, a read of the end or a second check, and a close. */
  private static final int TRIPS_OF_A_FILE = 4;

  private static final long MEBIBYTE = 1 << 20;

  /** The kinds of workloads that can be asked for. */
  enum Kind {
    BIG("0:512,40:128"),
    SMALL("0:2000,20:2000,80:2000"),
    MIXED("20:5000"),
    LIST("20:20000,0:200000"),
    STAT("20:1000"),
    REMOVE("20:10000"),
    CONNECT("20:1,80:1"),
    MIRROR("20:5000");

    private final String usual;

    Kind(String usual) {
      this.usual = usual;
    }

    /** The default round trips and sizes. */
    String usual() {
      return usual;
    }

    String argument() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What the kind means for a round trip and a size. */
    List<Workload> of(int roundTrip, long size, Sources sources) throws IOException {
      return switch (this) {
        case BIG -> big(roundTrip, size, sources);
        case SMALL ->
            trees(
                sources.small(size),
                Figures.format("%,d files of 1 to 8 KiB in 50 directories", size),
                roundTrip);
        case MIXED ->
            trees(sources.mixed(size), Figures.format("%,d files of the JDK", size), roundTrip);
        case LIST ->
            List.of(
                undivided(
                    Figures.format("Listing %,d entries", size),
                    Action.LIST,
                    roundTrip,
                    sources.wide(size),
                    size,
                    0));
        case STAT ->
            List.of(
                new Workload(
                    Figures.format("%,d times stat, one after the other", size),
                    Action.STAT,
                    roundTrip,
                    sources.wide(size),
                    size,
                    0,
                    1,
                    1));
        case CONNECT ->
            List.of(
                undivided(
                    Figures.format("Connect, get %,d KiB, close", size),
                    Action.CONNECT,
                    roundTrip,
                    sources.file(size << 10),
                    1,
                    size << 10));
        case REMOVE ->
            List.of(
                new Workload(
                    Figures.format("Deleting %,d files", size),
                    Action.REMOVE,
                    roundTrip,
                    sources.wide(0), // the files are created for each client
                    size,
                    0,
                    1,
                    1));
        case MIRROR ->
            List.of(
                undivided(
                    Figures.format("Mirror of %,d files in 100 directories, unchanged, up", size),
                    Action.MIRROR,
                    roundTrip,
                    sources.mirror(size),
                    size,
                    0));
      };
    }
  }

  private static Workload undivided(
      String title, Action action, int roundTrip, Path source, long items, long bytes) {
    return new Workload(title, action, roundTrip, source, items, bytes, 0, items);
  }

  private static List<Workload> big(int roundTrip, long mebibytes, Sources sources)
      throws IOException {
    long bytes = mebibytes * MEBIBYTE;
    Path file = sources.file(bytes);
    String title = Figures.format("One file of %,d MiB", mebibytes);
    return List.of(
        undivided(title + ", down", Action.GET_FILE, roundTrip, file, 1, bytes),
        undivided(title + ", up", Action.PUT_FILE, roundTrip, file, 1, bytes));
  }

  private static List<Workload> trees(Path tree, String title, int roundTrip) throws IOException {
    var size = Sources.Size.of(tree);
    String whole = title + Figures.format(" (%.1f MB)", size.bytes() / 1e6);
    return List.of(
        tree(whole + ", down", Action.GET_TREE, roundTrip, tree, size),
        tree(whole + ", up", Action.PUT_TREE, roundTrip, tree, size));
  }

  private static Workload tree(
      String title, Action action, int roundTrip, Path tree, Sources.Size size) {
    long least = Math.max(1, size.files() / size.directories());
    return new Workload(
        title, action, roundTrip, tree, size.files(), size.bytes(), TRIPS_OF_A_FILE, least);
  }

  /** What a rate is made of: items, or millions of bytes. */
  double amount() {
    return action.unit() == Action.Unit.MEGABYTES ? bytes / 1e6 : items;
  }

  String heading() {
    return roundTrip == 0 ? title + ", no delay" : title + ", " + roundTrip + " ms round trip";
  }

  /** How many of the items an entrant can do in about so many milliseconds; at least one. */
  long partFor(Entrant entrant, long milliseconds) {
    int lanes = action == Action.STAT ? 1 : entrant.lanes();
    if (trips == 0 || roundTrip == 0 || lanes == 0) {
      return items;
    }
    long part = Math.max(least, milliseconds * lanes / ((long) roundTrip * trips));
    return Math.min(part, items);
  }

  /** A short run of the same kind without delay, for warming up. */
  Workload small(Sources sources) throws IOException {
    Path less = source;
    long count = items;
    switch (action) {
      case GET_FILE, PUT_FILE -> less = sources.file(Math.min(bytes, 64 * MEBIBYTE));
      case GET_TREE, PUT_TREE -> {
        count = Math.min(items, 500);
        less = sources.part(source, count);
      }
      case LIST -> {
        count = Math.min(items, 5_000);
        less = sources.wide(count);
      }
      case REMOVE -> count = Math.min(items, 1_000);
      case STAT, CONNECT, MIRROR -> {}
    }
    return undivided(title, action, 0, less, count, bytes);
  }
}
