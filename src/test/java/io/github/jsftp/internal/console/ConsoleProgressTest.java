package io.github.jsftp.internal.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Progress;
import io.github.jsftp.ProgressListener;
import io.github.jsftp.internal.results.Results;
import java.io.ByteArrayOutputStream;
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
    var console = new ConsoleProgress(out, () -> 0);
    for (int second = 0; second < 13; second++) {
      console.progress(at(second, second, "a.txt", false));
    }
    console.progress(at(13, 20, "a.txt", true));
    assertThat(text().lines())
        .containsExactly(
            "25%, 5.0/20.0 MiB, 1.0 MiB/s, 0:15 left: a.txt",
            "50%, 10.0/20.0 MiB, 1.0 MiB/s, 0:10 left: a.txt",
            "100%, 20.0 MiB, 1.5 MiB/s, in 0:13: a.txt");
  }

  @Test
  void printsFewLinesForATransferOfADay() {
    var console = new ConsoleProgress(out, () -> 0);
    for (int second = 0; second <= 86_400; second++) {
      console.progress(at(second, 1, "a.txt", second == 86_400));
    }
    assertThat(text().lines()).hasSizeBetween(100, 200);
  }

  @Test
  void printsOneLineForAShortTransfer() {
    var console = new ConsoleProgress(out, () -> 0);
    console.progress(at(0, 0, "a.txt", false));
    console.progress(at(1, 20, "a.txt", true));
    assertThat(text().lines()).containsExactly("100%, 20.0 MiB, 20.0 MiB/s, in 0:01: a.txt");
  }

  @Test
  void startsOverAfterAFailedTransfer() {
    var console = new ConsoleProgress(out, () -> 0);
    console.progress(at(6, 1, "first", false));
    console.progress(at(0, 0, "second", false));
    console.progress(at(5, 10, "second", false));
    assertThat(text().lines())
        .containsExactly(
            "5%, 1.0/20.0 MiB, 0.2 MiB/s, 1:54 left: first",
            "50%, 10.0/20.0 MiB, 2.0 MiB/s, 0:05 left: second");
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
    assertThat(ConsoleText.line(last)).isEqualTo("100%, 1.0 MiB, 1.0 MiB/s, in 0:01, files 7/7");
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
    assertThat(ConsoleText.line(midst))
        .isEqualTo("50%, 1.0/2.0 MiB, 1.0 MiB/s, 0:01 left, files 3/7: d");
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
    assertThat(ConsoleText.line(unknown)).isEqualTo("1.0 MiB, 0.5 MiB/s: a");
  }

  @Test
  void letsNoNameMoveTheCursor() {
    assertThat(ConsoleText.line(at(1, 20, "a\033[2J\r\nb", false))).endsWith(": a?[2J??b");
  }

  @Test
  void drawsABarAndEndsItsLine() {
    var console = new ConsoleProgress(out, () -> 80);
    console.progress(at(1, 5, "a.txt", false));
    assertThat(text())
        .endsWith("\r 25% [==>        ]   5.0/20.0 MiB    5.0 MiB/s   0:03 left  a.txt");
    console.progress(at(2, 20, "a.txt", true));
    assertThat(text())
        .endsWith(
            "\r100% [===========]  20.0 MiB   10.0 MiB/s     in 0:02  a.txt"
                + System.lineSeparator());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10 | ' 42%'",
        "24 | ' 42%    1.5 MiB/s  ...xt'",
        "39 | ' 42%    1.5 MiB/s  ...ctory/of/it/b.txt'",
        "59 | ' 42%    1.5 MiB/s   0:02 left  files 3/7  ...ry/of/it/b.txt'",
        "79 | ' 42% [====>      ]    1.5 MiB/s   0:02 left  files 3/7  ...irectory/of/it/b.txt'",
        "119 | ' 42% [=========>           ]  3.0/7.0 MiB    1.5 MiB/s   0:02 left  files 3/7  a/long/path/directory/of/it/b.txt'"
      })
  void showsAsMuchOfATreeAsTheTerminalHasRoomFor(int width, String line) {
    assertThat(ConsoleText.bar(tree("a/long/path/directory/of/it/b.txt"), width))
        .isEqualTo(line)
        .hasSizeLessThanOrEqualTo(width);
  }

  @Test
  void countsTwoColumnsForAWideCharacter() {
    assertThat(ConsoleText.bar(at(1, 5, "\u6f22".repeat(20) + ".txt", false), 39))
        .isEqualTo(" 25%    5.0 MiB/s  ..." + "\u6f22".repeat(6) + ".txt");
  }

  @Test
  void startsANewBarAfterAFailedTransfer() {
    var console = new ConsoleProgress(out, () -> 80);
    console.progress(at(3, 5, "first", false));
    console.progress(at(1, 1, "second", false));
    assertThat(text().split("\n")).hasSize(2);
    console.progress(at(2, 20, "second", true));
    console.progress(at(0, 1, "third", false));
    assertThat(text().split("\n")).hasSize(3);
  }

  @Test
  void printsLinesWhereThereIsNoTerminal() {
    assertThat(Terminal.isInteractive()).isFalse();
    assertThat(ProgressListener.console()).isInstanceOf(ConsoleProgress.class);
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
