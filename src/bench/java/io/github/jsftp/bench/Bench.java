package io.github.jsftp.bench;

import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the benchmark and writes its tables; docs/performance.md tells how. */
public final class Bench {
  private final Settings settings;
  private final String command;

  private Bench(Settings settings, String command) {
    this.settings = settings;
    this.command = command;
  }

  /** Runs the measurements that the arguments choose: separate words, or one text of words. */
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
    new Bench(settings, command(words)).run();
  }

  /** What to type to get the same again. */
  private static String command(List<String> words) {
    String command = "mvn -q -Pbench test-compile exec:exec";
    String folder = System.getProperty("java.io.tmpdir");
    if (!folder.equals("/tmp")) {
      command += " -Djava.io.tmpdir=" + folder;
    }
    return words.isEmpty() ? command : command + " -Dbench=\"" + String.join(" ", words) + '"';
  }

  private void run() throws IOException {
    Line line = Line.of(System.getenv());
    try (var server =
            line == null
                ? OpenSshServer.start()
                : OpenSshServer.start("ListenAddress " + line.address());
        var folder = ServerFolder.create(server);
        var network = new DelayedNetwork(server, line != null)) {
      var report = new Report(settings.out(), opening(line));
      var login = Login.to(server, folder.local(), settings.cipher(), line);
      List<Entrant> entrants = entrants(login, folder.local());
      var sources = new Sources(folder.local());
      var rounds = new Rounds(network, sources, settings, folder.local());
      try {
        for (Workload workload : settings.workloads(sources, line)) {
          var results = new Results(workload, rounds.run(workload, entrants), settings.cold());
          System.out.println(results.section());
          report.add(results);
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
    boolean cold = settings.cold();
    for (Library library : Library.values()) {
      entrants.add(
          cold
              ? new ColdJvm(library, login, settings.jvmOptions(), folder)
              : new ForkedEntrant(library, login, settings.jvmOptions(), logs));
    }
    if (WholeProcess.canRun(SftpCommand.PROGRAM)) {
      entrants.add(new SftpCommand(login, folder, cold));
    }
    if (WholeProcess.canRun(LftpCommand.PROGRAM)) {
      entrants.add(LftpCommand.entrant(login, folder, cold));
    }
    if (cold) {
      entrants.addAll(OtherPrograms.installed(login, folder));
    }
    entrants.removeIf(entrant -> !settings.peers().test(entrant.title()));
    return entrants;
  }

  private String opening(@Nullable Line line) throws IOException {
    String text =
        """
        ## Results

            %s

        %s, on %s.
        %s.
        The cipher is %s, the heap of each JVM %d MiB, rounds: %d.
        %s.
        """
            .formatted(
                command,
                LocalDate.now(ZoneId.systemDefault()),
                Machine.describe(),
                Machine.versions(),
                settings.cipher(),
                settings.heapMegabytes(),
                settings.rounds(),
                line == null ? "A bare socket carries " + ceilings() : line.words());
    System.out.println(text);
    return text;
  }

  private String ceilings() throws IOException {
    var parts = new ArrayList<String>();
    for (int roundTrip : settings.roundTrips()) {
      DelayedNetwork.ceiling(roundTrip); // once to warm up
      double ceiling = DelayedNetwork.ceiling(roundTrip);
      parts.add(Figures.format("%,.0f MB/s at %d ms", ceiling / 1e6, roundTrip));
    }
    return String.join(", ", parts);
  }
}
