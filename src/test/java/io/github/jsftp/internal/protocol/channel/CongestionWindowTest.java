package io.github.jsftp.internal.protocol.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The number of requests in flight to a slow server. */
class CongestionWindowTest {
  private static final int MOST = 128;
  private static final long MILLI = 1_000_000;
  private static final long LINE = 20 * MILLI;

  private final CongestionWindow window = new CongestionWindow(MOST);
  private long now = Long.MAX_VALUE - 5_000 * MILLI; // the clock may overflow

  /**
   * Simulates replies. The server's function returns the time of each from the number of requests
   * in flight.
   */
  private void answer(int count, LongUnaryOperator server) {
    for (int i = 0; i < count; i++) {
      int onTheirWay = window.size();
      long taken = Math.max(LINE, server.applyAsLong(onTheirWay));
      now += taken;
      window.onReply(taken, LINE, onTheirWay, now);
    }
  }

  private static LongUnaryOperator oneByOne(long nanosForEach) {
    return requests -> requests * nanosForEach;
  }

  @Test
  void isTheMaximumIfRepliesAreFast() {
    answer(100, oneByOne(MILLI / 10));
    answer(100, oneByOne(MILLI / 2));
    assertThat(window.size()).isEqualTo(MOST);
  }

  @ParameterizedTest
  @CsvSource({"2, 60", "5, 24", "10, 12", "50, 2", "1000, 2"})
  void shrinksToWhatKeepsASlowServerBusy(int millisForEach, int expected) {
    answer(100, oneByOne(millisForEach * MILLI));
    assertThat(window.size()).isEqualTo(expected);
  }

  @Test
  void doesNotShrinkForOneSlowReply() {
    for (int i = 0; i < 10; i++) {
      answer(1, requests -> 3_000 * MILLI);
      answer(1, requests -> LINE);
    }
    assertThat(window.size()).isEqualTo(MOST);
  }

  @Test
  void growsAgainOnceRepliesAreFast() {
    answer(100, oneByOne(10 * MILLI));
    answer(4, requests -> LINE);
    assertThat(window.size()).isEqualTo(MOST);
  }

  @Test
  void returnsToTheMaximumIfShrinkingDoesNotHelp() {
    answer(2, requests -> 300 * MILLI);
    assertThat(window.size()).isLessThan(MOST);
    answer(2, requests -> 300 * MILLI);
    assertThat(window.size()).isEqualTo(MOST);
    for (int i = 0; i < 100; i++) {
      answer(1, requests -> 300 * MILLI);
      assertThat(window.size()).isEqualTo(MOST);
    }
  }

  @Test
  void shrinksAgainAfterAMinute() {
    answer(4, requests -> 300 * MILLI);
    now += Duration.ofMinutes(1).toNanos();
    answer(100, oneByOne(10 * MILLI));
    assertThat(window.size()).isEqualTo(12);
  }
}
