package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelLimitTest {
  private static final long MILLI = 1_000_000;

  @ParameterizedTest(name = "at most {0}, {1} transports: near {2}, distant {3}")
  @CsvSource({"8, 1, 4, 8", "8, 2, 8, 12", "8, 4, 16, 20", "2, 3, 6, 6", "1, 4, 1, 1"})
  void growsWithTransportsAndDistance(int most, int transports, int near, int distant) {
    var channelLimit = new ChannelLimit(most, () -> transports);
    assertThat(channelLimit.usefulChannels(MILLI)).isEqualTo(near);
    assertThat(channelLimit.usefulChannels(20 * MILLI)).isEqualTo(distant);
    assertThat(channelLimit.usefulChannels(0)).isEqualTo(distant);
    assertThat(channelLimit.allowsMoreThan(distant - 1)).isTrue();
    assertThat(channelLimit.allowsMoreThan(distant)).isFalse();
  }

  @Test
  void isLimitedByRefusalsUntilTheyAreForgotten() {
    var channelLimit = new ChannelLimit(8, () -> 1);
    channelLimit.recordFailure(3, 3, false);
    assertThat(channelLimit.allowsMoreThan(2)).isTrue();
    assertThat(channelLimit.allowsMoreThan(3)).isFalse();
    channelLimit.forgetRefusals();
    assertThat(channelLimit.allowsMoreThan(3)).isTrue();
  }

  @Test
  void isNeverLessThanOne() {
    var channelLimit = new ChannelLimit(8, () -> 1);
    channelLimit.recordFailure(1, 0, false);
    assertThat(channelLimit.allowsMoreThan(0)).isTrue();
  }

  @Test
  void isLimitedAfterTwoOutagesWhileAChannelWasOpened() {
    var channelLimit = new ChannelLimit(8, () -> 1);
    channelLimit.recordFailure(3, 0, true);
    channelLimit.recordFailure(3, 0, true); // another channel that was being opened
    channelLimit.forgetRefusals();
    assertThat(channelLimit.allowsMoreThan(3)).isTrue();
    channelLimit.recordFailure(2, 0, true);
    channelLimit.forgetRefusals();
    assertThat(channelLimit.allowsMoreThan(1)).isTrue();
    assertThat(channelLimit.allowsMoreThan(2)).isFalse();
  }
}
