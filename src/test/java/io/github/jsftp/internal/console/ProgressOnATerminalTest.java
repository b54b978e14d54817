package io.github.jsftp.internal.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.Progress;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the user sees: the screen of a real terminal, tmux, while its size changes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "tmux runs on Unix")
class ProgressOnATerminalTest {
  private static final Duration LIMIT = Duration.ofSeconds(100);
  private static final long MIB = 1 << 20;

  /** Has wide characters, a control sequence that clears the screen, and a line feed. */
  private static final String FILE = "reports/2025/06/of/\u6f22\u5b57/b\033[2J\n.txt";

  @TempDir Path dir;

  @BeforeEach
  void needTmux() throws Exception {
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(
          new ProcessBuilder("sh", "-c", "command -v tmux").start().waitFor() == 0,
          "tmux is missing");
    }
  }

  @AfterEach
  void endTheTerminal() throws IOException {
    tmux("kill-server");
  }

  @Test
  void fitsTheTerminalAlsoAfterItIsResizedAndLeavesCtrlCToTheProgram() throws IOException {
    Path command = dir.resolve("command.sh");
    String program =
        String.join("' '", ChildJvm.command(List.of(), Transfer.class.getName(), List.of()));
    Files.writeString(
        command, "stty -echo; trap : INT; '%s' | cat; exec sleep 600".formatted(program));
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "40", "-y", "12", "sh", command.toString());

    assertShows(40, " 42%    1.5 MiB/s  ...f/漢字/b?[2J?.txt");
    tmux("resize-window", "-x", "120");
    assertShows(
        120,
        " 42% [=========>           ]  3.0/7.0 MiB    1.5 MiB/s   0:02 left  files 3/7"
            + "  reports/2025/06/of/漢字/b?[2J?.txt");
    tmux("resize-window", "-x", "80");
    assertShows(
        80, " 42% [====>      ]    1.5 MiB/s   0:02 left  files 3/7  ...6/of/漢字/b?[2J?.txt");

    tmux("send-keys", "done", "Enter");
    assertShows(
        80, "100% [===========]  7.0 MiB    3.5 MiB/s     in 0:02  files 7/7\nthe next line");
    tmux("send-keys", "C-c");
    assertShows(80, "the hook has run");
  }

  /** Has snapshots drawn until the text is on the screen, in lines of its own. */
  private void assertShows(int columns, String text) {
    Eventually.until(
        () -> "at " + columns + " columns the screen should show\n" + text + "\n" + screen(),
        LIMIT,
        () -> {
          tmuxUnchecked("send-keys", "middle", "Enter");
          return ("\n" + screen() + "\n").contains("\n" + text + "\n");
        });
    assertThat(text.lines()).allMatch(line -> line.length() < columns);
  }

  private String screen() {
    return tmuxUnchecked("capture-pane", "-p")
        .lines()
        .map(String::stripTrailing)
        .reduce("", (a, b) -> a + "\n" + b);
  }

  private String tmuxUnchecked(String... arguments) {
    try {
      return tmux(arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String tmux(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("tmux", "-u", "-S", dir.resolve("socket").toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("TERM", "xterm");
    Process process = builder.start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  /** Draws a snapshot for each line of input. Its standard output is not the terminal. */
  static final class Transfer {
    private Transfer() {}

    public static void main(String[] arguments) throws IOException {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> System.err.println("\nthe hook has run")));
      var progress = ConsoleProgress.onStandardError();
      var input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      boolean isDone = false;
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        if (line.equals("done")) {
          progress.progress(snapshot(7, true));
          System.err.println("the next line");
          isDone = true;
        } else if (!isDone) {
          progress.progress(snapshot(3, false));
        }
      }
    }

    private static Progress snapshot(int files, boolean done) {
      return Results.NEW.progress(
          FILE,
          MIB,
          OptionalLong.of(MIB),
          files,
          OptionalLong.of(7),
          files * MIB,
          OptionalLong.of(7 * MIB),
          0,
          Duration.ofSeconds(2),
          done);
    }
  }
}
