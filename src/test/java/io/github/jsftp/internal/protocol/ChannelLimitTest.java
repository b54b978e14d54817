package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelLimitTest {
  private static final long MILLI = 1_000_000;

  @ParameterizedTest(name = "at most {0}, {1} transports: near {2}, distant {3}")
  @CsvSource({"8, 1, 4, 8", "8, 2, 8, 12", "8, 4, 16, 20", "2, 3, 6, 6", "1, 4, 1, 1"})
  void growsWithWhatCarriesIt(int most, int transports, int near, int distant) {
    var channelLimit = new ChannelLimit(most, () -> transports);
    assertThat(channelLimit.most(MILLI)).isEqualTo(near);
    assertThat(channelLimit.most(20 * MILLI)).isEqualTo(distant);
    assertThat(channelLimit.most(0)).isEqualTo(distant);
    assertThat(channelLimit.allowsBeyond(distant - 1)).isTrue();
    assertThat(channelLimit.allowsBeyond(distant)).isFalse();
  }

  @Test
  void isWhatTheServerGrantsUntilRefusalsAreForgotten() {
    var channelLimit = new ChannelLimit(8, () -> 1);
    channelLimit.refusedBeyond(3);
    assertThat(channelLimit.allowsBeyond(2)).isTrue();
    assertThat(channelLimit.allowsBeyond(3)).isFalse();
    channelLimit.forgetRefusals();
    assertThat(channelLimit.allowsBeyond(3)).isTrue();
  }

  @Test
  void isNeverLessThanOne() {
    var channelLimit = new ChannelLimit(8, () -> 1);
    channelLimit.refusedBeyond(0);
    assertThat(channelLimit.allowsBeyond(0)).isTrue();
  }
}
