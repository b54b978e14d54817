package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChannelLimitTest {
  @Test
  void isLimitedByRefusalsUntilTheyAreForgotten() {
    var channelLimit = new ChannelLimit();
    channelLimit.recordFailure(3, 3, false);
    assertThat(channelLimit.allowsMoreThan(2)).isTrue();
    assertThat(channelLimit.allowsMoreThan(3)).isFalse();
    channelLimit.forgetRefusals();
    assertThat(channelLimit.allowsMoreThan(3)).isTrue();
  }

  @Test
  void isNeverLessThanOne() {
    var channelLimit = new ChannelLimit();
    channelLimit.recordFailure(1, 0, false);
    assertThat(channelLimit.allowsMoreThan(0)).isTrue();
  }

  @Test
  void isLimitedAfterTwoOutagesWhileAChannelWasOpened() {
    var channelLimit = new ChannelLimit();
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
