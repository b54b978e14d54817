package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WidthTest {
  private static final long MILLI = 1_000_000;

  @ParameterizedTest(name = "at most {0}, {1} transports: near {2}, distant {3}")
  @CsvSource({"8, 1, 4, 8", "8, 2, 8, 12", "8, 4, 16, 20", "2, 3, 6, 6", "1, 4, 1, 1"})
  void growsWithWhatCarriesIt(int most, int transports, int near, int distant) {
    var width = new Width(most, () -> transports);
    assertThat(width.most(MILLI)).isEqualTo(near);
    assertThat(width.most(20 * MILLI)).isEqualTo(distant);
    assertThat(width.most(0)).isEqualTo(distant);
    assertThat(width.allowsBeyond(distant - 1)).isTrue();
    assertThat(width.allowsBeyond(distant)).isFalse();
  }

  @Test
  void isWhatTheServerGrantsUntilRefusalsAreForgotten() {
    var width = new Width(8, () -> 1);
    width.refusedBeyond(3);
    assertThat(width.allowsBeyond(2)).isTrue();
    assertThat(width.allowsBeyond(3)).isFalse();
    width.forgetRefusals();
    assertThat(width.allowsBeyond(3)).isTrue();
  }

  @Test
  void isNeverLessThanOne() {
    var width = new Width(8, () -> 1);
    width.refusedBeyond(0);
    assertThat(width.allowsBeyond(0)).isTrue();
  }
}
