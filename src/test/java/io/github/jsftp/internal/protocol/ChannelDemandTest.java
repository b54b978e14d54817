package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChannelDemandTest {
  private static final long MILLI = 1_000_000;

  private final ChannelDemand channelDemand = new ChannelDemand();
  private long now = 5_000 * MILLI;

  /** Returns how often a further channel was worth its cost. */
  private int demand(int times, long every) {
    int found = 0;
    for (int i = 0; i < times; i++) {
      now += every;
      found += channelDemand.isWorthChannel(MILLI, now) ? 1 : 0;
    }
    return found;
  }

  @Test
  void isWorthAChannelAfterAQuarterOfASecondOfHighLoad() {
    assertThat(demand(250, MILLI)).isZero();
    assertThat(demand(1, MILLI)).isEqualTo(1);
  }

  @Test
  void isWorthAnotherChannelAfterTheSameTime() {
    assertThat(demand(2_501, MILLI)).isEqualTo(10);
  }

  @Test
  void isWorthAChannelAtOnceIfRepliesAreSlow() {
    assertThat(channelDemand.isWorthChannel(9 * MILLI, now)).isFalse();
    assertThat(channelDemand.isWorthChannel(10 * MILLI, now)).isTrue();
  }

  @Test
  void startsAgainAfterAPause() {
    demand(240, MILLI);
    now += 20 * MILLI;
    assertThat(demand(240, MILLI)).isZero();
  }
}
