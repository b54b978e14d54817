package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decisions on a simulated line, on which bytes pass only while time does. */
class ChannelPolicyTest {
  private static final long MIB = 1 << 20;
  private static final long MILLI = 1_000_000;
  private static final long NEAR = MILLI / 5;

  private ChannelPolicy policy = new ChannelPolicy(8);
  private long now = Duration.ofDays(1).toNanos();
  private long copied;
  private int allowed = 4;
  private int most = 1; // the most transports that were used

  /** Copies a file over a line that carries so many MiB/s with a number of transports. */
  private void copy(long mib, long roundTrip, IntToDoubleFunction speed) {
    long end = copied + mib * MIB;
    int carrying = 1;
    long carryFrom = now;
    while (copied < end) {
      policy.record(end - copied, copied, roundTrip, allowed, now);
      most = Math.max(most, policy.transports());
      if (policy.transports() <= carrying) {
        carrying = policy.transports();
        carryFrom = now + 10 * roundTrip; // a login
      } else if (now >= carryFrom) {
        carrying = policy.transports();
      }
      now += 10 * MILLI;
      copied += (long) (speed.applyAsDouble(carrying) * MIB / 100);
    }
  }

  @ParameterizedTest(name = "{0} MiB, {1} ms, {2} MiB/s each, {3} MiB/s in all: {4} of {5}")
  @CsvSource({
    "1, 150, 20, 100, 1, 4", // a script
    "40, 150, 20, 100, 1, 4", // done before another one would be fast
    "200, 150, 20, 100, 2, 4", // bound by the window
    "500, 150, 20, 100, 4, 4", // the same, for longer
    "500, 150, 20, 100, 2, 2", // as the options say
    "500, 150, 20, 100, 1, 1",
    "500, 40, 20, 20, 2, 4", // bound by the line: tried in vain
    "128, 20, 200, 400, 1, 4", // too fast to gain anything
    "1000, 0.2, 40, 80, 4, 4", // bound by a slow cipher, on two cores
    "1000, 0.2, 60, 240, 2, 4", // fast with the second one
    "1000, 0.2, 40, 40, 2, 4", // bound by a slow disk: tried in vain
    "1000, 0.2, 110, 110, 1, 4", // near and fast
    "20, 0.2, 40, 150, 1, 4"
  })
  void dependOnWhatGoesThrough(
      long mib, double millis, double each, double together, int expected, int allowedNow) {
    allowed = allowedNow;
    copy(mib, (long) (millis * MILLI), number -> Math.min(each * number, together));
    assertThat(most).isEqualTo(expected);
  }

  @Test
  void areTakenBackIfMoreDoNotHelp() {
    copy(500, NEAR, number -> 40);
    assertThat(policy.transports()).isEqualTo(1);
    most = 1;
    copy(500, NEAR, number -> 40 * number);
    assertThat(most).isEqualTo(1);
  }

  @Test
  void areTakenBackIfMoreAreSlower() {
    copy(1000, 40 * MILLI, number -> number == 1 ? 40 : 20);
    assertThat(most).isEqualTo(2);
    assertThat(policy.transports()).isEqualTo(1);
  }

  @Test
  void areTakenBackOneStepIfTheLastOneDoesNotHelp() {
    copy(1000, 40 * MILLI, number -> 20 * Math.min(number, 2));
    assertThat(most).isEqualTo(4);
    assertThat(policy.transports()).isEqualTo(2);
  }

  @Test
  void areNotTriedWhileTheFirstOneStillSpeedsUp() {
    long begun = now;
    for (double speed = 1; speed < 3000; speed *= 1.6) {
      for (int i = 0; i < 60; i++) {
        policy.record(100_000 * MIB, copied, 150 * MILLI, allowed, now);
        now += 10 * MILLI;
        copied += (long) (speed * MIB / 100);
      }
    }
    assertThat(now - begun).isGreaterThan(10_000 * MILLI);
    assertThat(policy.transports()).isEqualTo(1);
  }

  @Test
  void areTriedWhileTheFirstOneGainsLittle() {
    for (double speed = 10; speed < 100; speed *= 1.3) {
      for (int i = 0; i < 60; i++) {
        policy.record(100_000 * MIB, copied, 150 * MILLI, allowed, now);
        now += 10 * MILLI;
        copied += (long) (speed * MIB / 100);
      }
    }
    assertThat(policy.transports()).isGreaterThan(1);
  }

  @Test
  void areTriedWithinAFewRoundTripsToADistantServer() {
    policy.record(500 * MIB, 0, 20 * MILLI, allowed, now);
    policy.record(495 * MIB, 5 * MIB, 20 * MILLI, allowed, now + 100 * MILLI);
    policy.record(490 * MIB, 10 * MIB, 20 * MILLI, allowed, now + 200 * MILLI);
    assertThat(policy.transports()).isEqualTo(2);
  }

  @Test
  void areNotTriedAgainWhereTheServerRefusesThem() {
    allowed = 4;
    policy.record(500 * MIB, 0, NEAR, allowed, now);
    policy.record(490 * MIB, 5 * MIB, NEAR, allowed, now + 250 * MILLI);
    policy.record(490 * MIB, 10 * MIB, NEAR, allowed, now + 500 * MILLI);
    assertThat(policy.transports()).isEqualTo(2);
    allowed = 1; // the login was refused
    copied = 10 * MIB;
    now += 500 * MILLI;
    most = 1;
    copy(400, NEAR, number -> 40);
    assertThat(policy.transports()).isEqualTo(1);
  }

  @Test
  void areNotJudgedByAPause() {
    copy(10, NEAR, number -> 40);
    now += Duration.ofMinutes(1).toNanos();
    copy(20, NEAR, number -> 40);
    assertThat(most).isEqualTo(1);
  }

  /** Lists directories for a time, which copies nothing. */
  private void list(Duration time) {
    for (long end = now + time.toNanos(); now < end; now += 10 * MILLI) {
      policy.record(ChannelPolicy.UNKNOWN, copied, NEAR, allowed, now);
    }
  }

  @ParameterizedTest(name = "a pause of {0} s, a listing of {1} s")
  @CsvSource({"0, 3", "60, 0", "60, 3"})
  void areNotJudgedByWhatComesAfterACopyThatEndedSoon(int pause, int listing) {
    copy(80, NEAR, number -> 40 * number * number);
    assertThat(policy.transports()).isEqualTo(2);
    now += Duration.ofSeconds(pause).toNanos();
    list(Duration.ofSeconds(listing));
    copy(20, NEAR, number -> 10); // a slow start
    copy(1000, NEAR, number -> 25 * number);
    assertThat(policy.transports()).isEqualTo(4);
  }

  @Test
  void expectAsMuchAgainOfWorkOfUnknownSize() {
    long begun = now;
    while (policy.transports() == 1 && now - begun < Duration.ofMinutes(1).toNanos()) {
      policy.record(ChannelPolicy.UNKNOWN, copied, NEAR, allowed, now);
      now += 50 * MILLI;
      copied += MIB;
    }
    assertThat(copied).isBetween(32 * MIB, 40 * MIB);
  }

  @ParameterizedTest(name = "at most {0}: near {1}, distant {2}")
  @CsvSource({"8, 4, 8", "2, 2, 2", "1, 1, 1"})
  void allowFewChannelsNearby(int atMost, int near, int distant) {
    policy = new ChannelPolicy(atMost);
    assertThat(policy.channels(MILLI)).isEqualTo(near);
    assertThat(policy.channels(20 * MILLI)).isEqualTo(distant);
    assertThat(policy.channels(0)).isEqualTo(distant);
    assertThat(policy.allowedChannels()).isEqualTo(distant);
  }

  @ParameterizedTest(name = "at most {0} for each: near {1}, distant {2}")
  @CsvSource({"8, 16, 20", "2, 8, 8", "1, 1, 1"})
  void allowFourChannelsOnEachFurtherTransport(int atMost, int near, int distant) {
    policy = new ChannelPolicy(atMost);
    copy(1000, 150 * MILLI, number -> 20 * number);
    assertThat(policy.channels(MILLI)).isEqualTo(near);
    assertThat(policy.channels(150 * MILLI)).isEqualTo(distant);
    assertThat(policy.allowedChannels()).isEqualTo(distant);
  }

  /** Returns how often a further channel was worth its cost. */
  private int demand(int times, long every) {
    int found = 0;
    for (int i = 0; i < times; i++) {
      now += every;
      found += policy.isWorthChannel(MILLI, now) ? 1 : 0;
    }
    return found;
  }

  @Test
  void giveAChannelAfterAQuarterOfASecondOfHighLoad() {
    assertThat(demand(250, MILLI)).isZero();
    assertThat(demand(1, MILLI)).isEqualTo(1);
    assertThat(demand(2_500, MILLI)).isEqualTo(10);
  }

  @Test
  void giveAChannelAtOnceIfRepliesAreSlow() {
    assertThat(policy.isWorthChannel(9 * MILLI, now)).isFalse();
    assertThat(policy.isWorthChannel(10 * MILLI, now)).isTrue();
  }

  @Test
  void startAgainAfterAPause() {
    demand(240, MILLI);
    now += 20 * MILLI;
    assertThat(demand(240, MILLI)).isZero();
  }
}
