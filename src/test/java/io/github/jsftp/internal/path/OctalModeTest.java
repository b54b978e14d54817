package io.github.jsftp.internal.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
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
  void rejectsInvalidModes(int digits) {
    assertThatThrownBy(() -> OctalMode.bits(digits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "mode must be one to four octal digits in decimal notation, such as 644, not "
                + digits);
  }

  @ParameterizedTest
  @CsvSource({
    "256, 400",
    "416, 640",
    "420, 644",
    "432, 660",
    "436, 664",
    "457, 711",
    "504, 770",
    "511, 777",
    "1023, 1777",
    "1517, 2755",
    "1533, 2775",
    "2541, 4755",
    "384, 600",
    "448, 700",
    "493, 755",
    "488, 750",
    "292, 444",
    "438, 666"
  })
  void rejectsValuesOfOctalLiteralsAndNamesTheIntendedDigits(int value, int digits) {
    assertThat(Integer.toString(value, 8)).isEqualTo(Integer.toString(digits));
    assertThatThrownBy(() -> OctalMode.argument(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "mode %d is the value of the octal literal 0%d: pass %d, without a leading zero"
                .formatted(value, digits, digits));
    assertThat(OctalMode.argument(digits)).isEqualTo(value);
  }

  @Test
  void acceptsEveryOtherMode() {
    for (int bits = 0; bits <= 07777; bits++) {
      int digits = OctalMode.digits(bits);
      if (!Set.of(256, 416, 420, 432, 436, 457, 504, 511, 1023, 1517, 1533, 2541)
          .contains(digits)) {
        assertThat(OctalMode.argument(digits)).isEqualTo(bits);
      }
      assertThat(OctalMode.bits(digits)).isEqualTo(bits);
    }
  }

  @Test
  void leavesOutTheTypeOfAFile() {
    assertThat(OctalMode.digits(0100644)).isEqualTo(644);
    assertThat(OctalMode.digits(0041777)).isEqualTo(1777);
  }
}
