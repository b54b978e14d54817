package io.github.jsftp.internal.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameEncodingTest {
  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  @ParameterizedTest
  @CsvSource({
    "61c3bc62, aüb",
    "61fc62, a\uDCFCb",
    "ff, \uDCFF",
    "c3, \uDCC3",
    "efbfbd, \uFFFD",
    "eda080, \uDCED\uDCA0\uDC80", // a surrogate, which UTF-8 can't encode
    "c0af, \uDCC0\uDCAF", // an overlong encoding of a slash
    "f09f9880ff, \uD83D\uDE00\uDCFF"
  })
  void keepsInvalidBytes(String hex, String text) throws Exception {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThat(NameEncoding.decode(bytes, UTF_8)).isEqualTo(text);
    assertThat(NameEncoding.encode(text, UTF_8)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UTF-8",
        "US-ASCII",
        "ISO-8859-1",
        "windows-1252",
        "Shift_JIS",
        "windows-31j",
        "EUC-JP",
        "GB18030",
        "Big5"
      })
  void givesEveryNameAUniqueText(String charsetName) throws Exception {
    var charset = Charset.forName(charsetName);
    var random = new Random(1);
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      var bytes = new byte[1 + random.nextInt(4)];
      random.nextBytes(bytes);
      String hex = HexFormat.of().formatHex(bytes);
      String text = NameEncoding.decode(bytes, charset);

      assertThat(NameEncoding.encode(text, charset)).as(hex).isEqualTo(bytes);
      assertThat(names.computeIfAbsent(text, first -> hex)).isEqualTo(hex);
      for (char special : new char[] {'/', '\0', '.'}) {
        assertThat(text.chars().filter(c -> c == special).count())
            .as(hex)
            .isLessThanOrEqualTo(
                new String(bytes, StandardCharsets.ISO_8859_1)
                    .chars()
                    .filter(c -> c == special)
                    .count());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uDCC3\uDCBC", // the bytes of a ü
        "\uDC2F", // would be a slash
        "\uDC00",
        "\uD800",
        "a\uDD00"
      })
  void rejectsTextThatNoNameDecodesTo(String text) {
    assertThatThrownBy(() -> NameEncoding.encode(text, UTF_8))
        .isInstanceOf(CharacterCodingException.class);
  }

  @Test
  void rejectsAnEscapeOfAValidCharacter() {
    assertThatThrownBy(() -> NameEncoding.encode("\uDCFC", StandardCharsets.ISO_8859_1))
        .isInstanceOf(CharacterCodingException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-32", "IBM037"})
  void rejectsCharsetsWithoutAsciiSlash(String charset) {
    assertThat(NameEncoding.isUsable(Charset.forName(charset))).isFalse();
  }
}
