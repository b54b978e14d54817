package io.github.jsftp.bench;

import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.RemoteFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Runs the benchmark and writes its tables; docs/performance.md tells how. */
public final class Bench {
  private final Settings settings;
  private final String command;

  private Bench(Settings settings, String command) {
    this.settings = settings;
    this.command = command;
  }

  /** Runs what the arguments ask for: words with spaces between, or one text with all of them. */
  public static void main(String[] arguments) throws IOException {
    List<String> words =
        Arrays.stream(String.join(" ", arguments).split("\\s+", -1))
            .filter(word -> !word.isEmpty())
            .toList();
    Settings settings;
    try {
      settings = Settings.parse(words);
    } catch (IllegalArgumentException e) {
      System.out.println(e.getMessage() + "\n\n" + Settings.HELP);
      return;
    }
    String command = "mvn -q -Pbench test-compile exec:exec";
    if (!words.isEmpty()) {
      command += " -Dbench=\"" + String.join(" ", words) + "\"";
    }
    new Bench(settings, command).run();
    System.exit(0);
  }

  private void run() throws IOException {
    try (var server = OpenSshServer.start();
        var folder = RemoteFolder.create(server);
        var line = new Line(server)) {
      var report = new Report(settings.out(), opening());
      List<Entrant> entrants = entrants(Login.to(server, folder.local()), folder.local());
      try {
        var sources = new Sources(folder.local());
        var rounds = new Rounds(line, sources, settings, folder.local());
        for (Map.Entry<Workload.Kind, List<Settings.Spec>> one : settings.workloads().entrySet()) {
          for (Settings.Spec spec : one.getValue()) {
            for (Workload each : one.getKey().of(spec.roundTrip(), spec.size(), sources)) {
              System.out.println(report.add(each, rounds.run(each, entrants)));
            }
          }
        }
      } finally {
        entrants.forEach(Entrant::close);
      }
      System.out.println("Written to " + settings.out());
    }
  }

  private List<Entrant> entrants(Login login, Path folder) throws IOException {
    Path logs = Files.createDirectories(Path.of("target", "bench"));
    var entrants = new ArrayList<Entrant>();
    for (Library library : Library.values()) {
      entrants.add(new ForkedEntrant(library, login, settings.heapMegabytes(), logs));
    }
    if (SftpCommand.isInstalled()) {
      entrants.add(new SftpCommand(login, folder));
    }
    entrants.removeIf(entrant -> !settings.peers().test(entrant.title()));
    return entrants;
  }

  private String opening() throws IOException {
    var text = new StringBuilder();
    text.append("    ").append(command).append("\n\n");
    text.append(LocalDate.now(java.time.ZoneId.systemDefault())).append(", ");
    text.append(Runtime.getRuntime().availableProcessors()).append(" processors, ");
    text.append(System.getProperty("os.name")).append(", ");
    text.append("Java ").append(System.getProperty("java.version")).append(", ");
    text.append("-Xmx").append(settings.heapMegabytes()).append("m for each library, ");
    text.append(Login.CIPHER).append(", ");
    text.append(settings.rounds()).append(" rounds.\n");
    text.append("A bare socket carries ").append(ceilings()).append(".\n");
    System.out.println(text);
    return text.toString();
  }

  private String ceilings() throws IOException {
    var roundTrips = new TreeSet<Integer>();
    settings
        .workloads()
        .values()
        .forEach(specs -> specs.forEach(spec -> roundTrips.add(spec.roundTrip())));
    var parts = new ArrayList<String>();
    for (int roundTrip : roundTrips) {
      Line.ceiling(roundTrip); // once to warm up
      parts.add(Table.format("%,.0f MB/s at %d ms", Line.ceiling(roundTrip) / 1e6, roundTrip));
    }
    return String.join(", ", parts);
  }
}
