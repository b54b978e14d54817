package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the words of the command line ask for; each is {@code name=value}. */
final class Settings {
  static final String HELP =
      """
      Words, with their defaults:
        run=big,small,mixed,list,stat,remove,connect,mirror   the workloads
        big=0:512,40:128              round trip in ms : size in MiB
        small=0:2000,20:2000,80:2000  round trip : files
        mixed=20:5000                 round trip : files
        list=20:20000,0:200000        round trip : entries
        stat=20:1000                  round trip : calls
        remove=20:10000               round trip : files
        connect=20:1,80:1             round trip : size in KiB
        mirror=20:5000                round trip : files
        peers=                        parts of the names of those to measure; all
        rounds=3                      measurements of each
        budget=4                      seconds for which a client that does one file at a time is
                                      measured, about; then it is scaled
        heap=64                       heap of each JVM, in MiB
        jvm=                          options of each JVM, with commas between: -XX:-UseAES
        start=warm                    warm: a JVM that has run for a while; cold: each measurement is
                                      that of a whole process, the start of the JVM included
        cipher=aes128-gcm@openssh.com OpenSSH's name of the cipher that all use
        out=target/bench.md           where the tables go
      """;

  /** A round trip in milliseconds, and a size. */
  record Spec(int roundTrip, long size) {
    static Spec parse(String text) {
      String[] both = text.split(":", -1);
      if (both.length != 2) {
        throw new IllegalArgumentException(text + ": should be a round trip, a colon and a size");
      }
      return new Spec(Integer.parseInt(both[0]), Long.parseLong(both[1]));
    }
  }

  private final Map<Workload.Kind, List<Spec>> workloads = new EnumMap<>(Workload.Kind.class);
  private final Map<String, String> words;

  private Settings(Map<String, String> words) {
    this.words = words;
  }

  /** Reads the words. */
  static Settings parse(List<String> arguments) {
    Map<String, String> words = new HashMap<>();
    for (String argument : arguments) {
      String[] both = argument.split("=", 2);
      if (both.length != 2) {
        throw new IllegalArgumentException(argument);
      }
      words.put(both[0], both[1]);
    }
    var settings = new Settings(words);
    List<String> kinds = List.of(words.getOrDefault("run", "").split(",", -1));
    for (Workload.Kind kind : Workload.Kind.values()) {
      String specs = words.getOrDefault(kind.argument(), kind.usual());
      if (kinds.contains("") || kinds.contains(kind.argument())) {
        settings.workloads.put(kind, Arrays.stream(specs.split(",", -1)).map(Spec::parse).toList());
      }
    }
    settings.checkNames(kinds);
    settings.cold();
    return settings;
  }

  private void checkNames(List<String> kinds) {
    Set<String> known =
        new TreeSet<>(
            List.of("run", "peers", "rounds", "budget", "heap", "jvm", "start", "cipher", "out"));
    Set<String> asked = new TreeSet<>(kinds);
    for (Workload.Kind kind : Workload.Kind.values()) {
      known.add(kind.argument());
      asked.remove(kind.argument());
    }
    asked.remove("");
    var unknown = new ArrayList<>(words.keySet());
    unknown.removeAll(known);
    unknown.addAll(asked);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("unknown: " + unknown);
    }
  }

  /** The workloads to run, in order. Makes the files that they need. */
  List<Workload> workloads(Sources sources, @Nullable Line line) throws IOException {
    var all = new ArrayList<Workload>();
    for (var one : workloads.entrySet()) {
      for (Spec spec : one.getValue()) {
        int roundTrip = line == null ? spec.roundTrip() : line.roundTrip();
        all.addAll(one.getKey().of(roundTrip, spec.size(), sources));
      }
    }
    return all;
  }

  /** The round trips of all workloads, in milliseconds. */
  NavigableSet<Integer> roundTrips() {
    return workloads.values().stream()
        .flatMap(List::stream)
        .map(Spec::roundTrip)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether an entrant of this name takes part; jsftp always does. */
  Predicate<String> peers() {
    List<String> parts = List.of(words.getOrDefault("peers", "").split(",", -1));
    return title ->
        title.equals(Library.JSFTP.title())
            || parts.stream().anyMatch(part -> contains(title, part));
  }

  private static boolean contains(String title, String part) {
    return title.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  int rounds() {
    return number("rounds", 3);
  }

  /** The approximate duration of a measurement for clients that copy one file at a time. */
  Duration budget() {
    return Duration.ofSeconds(number("budget", 4));
  }

  int heapMegabytes() {
    return number("heap", 64);
  }

  /** Whether whole processes are measured. */
  boolean cold() {
    String start = words.getOrDefault("start", "warm");
    if (!Set.of("cold", "warm").contains(start)) {
      throw new IllegalArgumentException("start=" + start + ": should be cold or warm");
    }
    return start.equals("cold");
  }

  /** The options of each JVM. */
  List<String> jvmOptions() {
    var options = new ArrayList<String>();
    options.add("-Xms" + heapMegabytes() + "m");
    options.add("-Xmx" + heapMegabytes() + "m");
    options.addAll(List.of(words.getOrDefault("jvm", "").split(",", -1)));
    options.remove("");
    return options;
  }

  /** The cipher of all clients. The default is the first choice of JSch, and so of jsftp. */
  String cipher() {
    return words.getOrDefault("cipher", "aes128-gcm@openssh.com");
  }

  Path out() {
    return Path.of(words.getOrDefault("out", "target/bench.md"));
  }

  private int number(String name, int usual) {
    return Integer.parseInt(words.getOrDefault(name, Integer.toString(usual)));
  }
}
