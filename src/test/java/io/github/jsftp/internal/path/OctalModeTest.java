package io.github.jsftp.internal.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OctalModeTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "7, 7", "10, 8", "644, 420", "755, 493", "4755, 2541", "7777, 4095"})
  void readsDigitsAsOctal(int digits, int bits) {
    assertThat(OctalMode.bits(digits)).isEqualTo(bits);
    assertThat(OctalMode.digits(bits)).isEqualTo(digits);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {8, 9, 80, 648, 800, 8000, 10_000, 100_644, -1, -644, Integer.MIN_VALUE, 2147483647})
  void refusesWhatIsNoMode(int digits) {
    assertThatThrownBy(() -> OctalMode.bits(digits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "mode must be one to four octal digits in decimal notation, such as 644, not "
                + digits);
  }

  @Test
  void leavesOutTheTypeOfAFile() {
    assertThat(OctalMode.digits(0100644)).isEqualTo(644);
    assertThat(OctalMode.digits(0041777)).isEqualTo(1777);
  }
}
