package io.github.jsftp.internal.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Progress;
import io.github.jsftp.ProgressListener;
import io.github.jsftp.internal.results.Results;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleProgressTest {
  private static final long MIB = 1 << 20;

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(screen, true, UTF_8);

  @Test
  void printsALineEveryFewSecondsAndOneAtTheEnd() {
    var console = new ConsoleProgress(out, false);
    for (int second = 0; second < 13; second++) {
      console.progress(at(second, second, "a.txt", false));
    }
    console.progress(at(13, 20, "a.txt", true));
    assertThat(text().lines())
        .containsExactly(
            "25%, 5.0 of 20.0 MiB, 1.0 MiB/s: a.txt",
            "50%, 10.0 of 20.0 MiB, 1.0 MiB/s: a.txt", "100%, 20.0 MiB, 1.5 MiB/s: a.txt");
  }

  @Test
  void printsOneLineForAShortTransfer() {
    var console = new ConsoleProgress(out, false);
    console.progress(at(0, 0, "a.txt", false));
    console.progress(at(1, 20, "a.txt", true));
    assertThat(text().lines()).containsExactly("100%, 20.0 MiB, 20.0 MiB/s: a.txt");
  }

  @Test
  void startsOverAfterAFailedTransfer() {
    var console = new ConsoleProgress(out, false);
    console.progress(at(6, 1, "first", false));
    console.progress(at(0, 0, "second", false));
    console.progress(at(5, 10, "second", false));
    assertThat(text().lines())
        .containsExactly(
            "5%, 1.0 of 20.0 MiB, 0.2 MiB/s: first", "50%, 10.0 of 20.0 MiB, 2.0 MiB/s: second");
  }

  @Test
  void countsTheFilesOfATree() {
    var last =
        Results.NEW.progress(
            "z",
            0,
            OptionalLong.empty(),
            7,
            OptionalLong.of(7),
            MIB,
            OptionalLong.of(MIB),
            0,
            Duration.ofSeconds(1),
            true);
    assertThat(ConsoleProgress.line(last)).isEqualTo("100%, 1.0 MiB, 1.0 MiB/s, 7 files");
  }

  @Test
  void countsTheFilesOfATreeInProgress() {
    var midst =
        Results.NEW.progress(
            "d",
            0,
            OptionalLong.empty(),
            3,
            OptionalLong.of(7),
            MIB,
            OptionalLong.of(2 * MIB),
            0,
            Duration.ofSeconds(1),
            false);
    assertThat(ConsoleProgress.line(midst))
        .isEqualTo("50%, 1.0 of 2.0 MiB, 1.0 MiB/s, 3 of 7 files: d");
  }

  @Test
  void leavesOutUnknownValues() {
    var unknown =
        Results.NEW.progress(
            "a",
            MIB,
            OptionalLong.empty(),
            0,
            OptionalLong.empty(),
            MIB,
            OptionalLong.empty(),
            0,
            Duration.ofSeconds(2),
            false);
    assertThat(ConsoleProgress.line(unknown)).isEqualTo("1.0 MiB, 0.5 MiB/s: a");
  }

  @Test
  void letsNoNameMoveTheCursor() {
    assertThat(ConsoleProgress.line(at(1, 20, "a\033[2J\r\nb", false))).endsWith(": a?[2J??b");
  }

  @Test
  void drawsABarAndEndsItsLine() {
    var console = new ConsoleProgress(out, true);
    console.progress(at(1, 5, "a.txt", false));
    assertThat(text()).contains("25%", "5.0 of 20.0 MiB, 5.0 MiB/s: a.txt").doesNotContain("\n");
    console.progress(at(2, 20, "a.txt", true));
    assertThat(text()).contains("100%", "20.0 MiB, 10.0 MiB/s: a.txt").endsWith("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "39  | 42%, 1.5 MiB/s, 3 of 7: .../of/it/b.txt",
        "79  | 42%, [====       ] 3.0 of 7.0 MiB, 1.5 MiB/s, 3 of 7 files: ...tory/of/it/b.txt",
        "119 | 42%, [=========            ] 3.0 of 7.0 MiB, 1.5 MiB/s, 3 of 7 files, 0:02 left:"
            + " a/long/path/directory/of/it/b.txt"
      })
  void showsAsMuchOfATreeAsTheTerminalHasRoomFor(int width, String line) {
    assertThat(ConsoleBar.line(tree("a/long/path/directory/of/it/b.txt"), width))
        .isEqualTo(line)
        .hasSizeLessThanOrEqualTo(width);
  }

  @Test
  void countsTwoColumnsForAWideCharacter() {
    assertThat(ConsoleBar.line(at(1, 5, "\u6f22".repeat(20) + ".txt", false), 39))
        .isEqualTo("25%, 5.0 MiB/s: ..." + "\u6f22".repeat(8) + ".txt");
  }

  @Test
  void startsANewBarAfterAFailedTransfer() {
    var console = new ConsoleProgress(out, true);
    console.progress(at(3, 5, "first", false));
    console.progress(at(1, 1, "second", false));
    assertThat(text().split("\n")).hasSize(2);
    console.progress(at(2, 20, "second", true));
    console.progress(at(0, 1, "third", false));
    assertThat(text().split("\n")).hasSize(3);
  }

  @Test
  void printsLinesWhereThereIsNoTerminal() {
    assertThat(ConsoleProgress.isTerminal()).isFalse();
    assertThat(ProgressListener.console()).isInstanceOf(ConsoleProgress.class);
  }

  @Test
  void printsLinesWhereTheLibraryForBarsIsMissing() throws Exception {
    var withoutBars =
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("me.tongfei.")) {
              throw new ClassNotFoundException(name);
            }
            return name.startsWith("io.github.jsftp.internal.console.Console")
                ? findClass(name)
                : super.loadClass(name, resolve);
          }

          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            try (var bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
              byte[] code = bytes.readAllBytes();
              return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
              throw new ClassNotFoundException(name, e);
            }
          }
        };
    var constructor =
        withoutBars
            .loadClass("io.github.jsftp.internal.console.ConsoleProgress")
            .getDeclaredConstructor(PrintStream.class, boolean.class);
    constructor.setAccessible(true);
    var console = (ProgressListener) constructor.newInstance(out, true);
    console.progress(at(1, 20, "a.txt", true));
    assertThat(text().lines()).containsExactly("100%, 20.0 MiB, 20.0 MiB/s: a.txt");
  }

  private static Progress tree(String file) {
    return Results.NEW.progress(
        file,
        MIB,
        OptionalLong.of(2 * MIB),
        3,
        OptionalLong.of(7),
        3 * MIB,
        OptionalLong.of(7 * MIB),
        0,
        Duration.ofSeconds(2),
        false);
  }

  private String text() {
    return screen.toString(UTF_8);
  }

  private static Progress at(int second, long mebibytes, String file, boolean done) {
    return Results.NEW.progress(
        file,
        mebibytes * MIB,
        OptionalLong.of(20 * MIB),
        done ? 1 : 0,
        OptionalLong.of(1),
        mebibytes * MIB,
        OptionalLong.of(20 * MIB),
        0,
        Duration.ofSeconds(second),
        done);
  }
}
