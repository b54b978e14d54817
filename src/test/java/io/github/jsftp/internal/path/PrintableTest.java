package io.github.jsftp.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, '\t', '\n', '\r', 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0x2028, 0x2029, 0x202a,
        0x202d, 0x202e, 0x2066, 0x2067, 0x2069, 0xd800, 0xdfff
      })
  void replacesCharactersThatAffectTheTerminal(int unsafe) {
    assertThat(Printable.of("a" + Character.toString(unsafe) + "b")).isEqualTo("a?b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain name.txt",
        "Grüße 文件 \uD83D\uDE00",
        "שלום\u200f",
        "family \uD83D\uDC68\u200d\uD83D\uDC67",
        "back\\slash ~ * ?",
        ""
      })
  void keepsPrintableCharacters(String text) {
    assertThat(Printable.of(text)).isEqualTo(text);
  }

  @Test
  void leavesTheOriginalOrderOfAnExtension() {
    assertThat(Printable.of("invoice\u202efdp.exe")).isEqualTo("invoice?fdp.exe");
  }
}
