package io.github.jsftp.internal.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Ctrl-C on a terminal. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "takes script(1) of util-linux, for a terminal")
class CtrlCTest {
  /** Runs a command on a terminal with default signals, whatever its exit status. */
  private static final List<String> ON_A_TERMINAL =
      List.of(
          "env",
          "--default-signal=INT",
          "bash",
          "-c",
          "script -qc \"$(printf '%q ' \"$@\")\" /dev/null; exit 0",
          "terminal");

  @Test
  void runsShutdownHooksWhileABarIsDrawn() throws Exception {
    assumeTrue(
        new ProcessBuilder("env", "--default-signal=INT", "bash", "-c", "type script")
                .start()
                .waitFor()
            == 0,
        "takes bash, env(1) of GNU and script(1) of util-linux");
    var printed =
        ChildJvm.run(
            ON_A_TERMINAL, List.of(), Map.of("TERM", "xterm"), Interrupted.class, List.of());
    assertThat(String.join("\n", printed)).contains("a terminal", "50%", "the hook has run");
  }

  /** Draws a bar and waits for the signal that Ctrl-C sends. */
  static final class Interrupted {
    private Interrupted() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> System.out.println("the hook has run")));
      System.out.println(ConsoleProgress.isTerminal() ? "a terminal" : "no terminal");
      new ConsoleProgress(System.out, true)
          .progress(
              Results.NEW.progress(
                  "a",
                  5,
                  OptionalLong.of(10),
                  0,
                  OptionalLong.of(1),
                  5,
                  OptionalLong.of(10),
                  0,
                  Duration.ofSeconds(1),
                  false));
      String self = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-INT", self).inheritIO().start().waitFor();
      new CountDownLatch(1).await(); // until the JVM ends
    }
  }
}
