package io.github.jsftp.internal.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '"',
      value = {
        "a a",
        "* a",
        "a* a",
        "*.txt x.txt",
        "*_20250603* in_20250603.csv",
        "a?c abc",
        "??? abc",
        "? é",
        "? 😀",
        "[😀-😂] 😁",
        "😀* 😀x",
        "[abc] b",
        "[a-c]x bx",
        "[!a-c] d",
        "[^a-c] d",
        "[]a] ]",
        "[!]a] b",
        "[a-] -",
        "[-a] -",
        "[!-a] b",
        "[[:digit:]-] -",
        "[a\\]b] ]",
        "[\\-a] -",
        "[[:] :",
        "x[.]txt x.txt",
        "[[] [",
        "[&&a] &",
        "[a^] ^",
        "[[:digit:]]* 7up",
        "[![:alpha:]] 7",
        "[[:xdigit:][:space:]] F",
        "[{,}] ,",
        "{a,b} b",
        "{a,b}.{x,y} a.y",
        "x{,.bak} x",
        "x{,.bak} x.bak",
        "{a{1,2},b} a2",
        "{a\\,b,c} a,b",
        "{.a,b} .a",
        "a,b a,b",
        "a} a}",
        "a]b a]b",
        "\\* *",
        "\\{a\\} {a}",
        "\\\\ \\",
        "a\\[b a[b",
        ".* .profile",
        ".* ..x",
        "a.* a.b",
        "$^+|(). $^+|().",
        "\\d d",
        "\\Q* Qx",
        "a/b a/b",
        "*/b a/b",
        "** a",
        "** a/b/c",
        "**/c c",
        "**/c a/b/c",
        "a/** a/b/c",
        "a/**/c a/c",
        "a/**/c a/b/b/c",
        "**.txt a/b.txt",
        "**/*.txt b.txt",
        "**/.git a/.git",
        "**/.* a/.git",
        "a** ab/c",
        "{**/a,b} x/y/a",
        "{a/b,c}/d a/b/d",
      })
  void matches(String glob, String path) {
    assertThat(Glob.compile(glob).matches(path)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '"',
      value = {
        "a b",
        "a A",
        "* a/b",
        "a* b",
        "? ab",
        "a?b a/b",
        "a[!x]b a/b",
        "a[--9]b a/b",
        "* .profile",
        "? .",
        "[!a] .",
        "[.]x .x",
        "{a,*} .x",
        "{x,}* .x",
        "[!x]* .a",
        "*a .a",
        "*/x .git/x",
        "a/* a/.b",
        "a/*/c a/.b/c",
        "** .a",
        "** a/.b",
        "** .a/b",
        "**/c .a/c",
        "a/**/c a/.b/c",
        "a** a/.b",
        "**.txt .txt",
        "**/c abc",
        "a/**/c ac",
        "a/** a",
        "\\* x",
        "[a-c] d",
        "[!a-c] b",
        "[[:digit:]] a",
        "a.b axb",
        "x+ xx",
      })
  void doesNotMatch(String glob, String path) {
    assertThat(Glob.compile(glob).matches(path)).isFalse();
  }

  @Test
  void treatsNewlinesAsCharacters() {
    assertThat(Glob.compile("a*b").matches("a\n\r\nb")).isTrue();
    assertThat(Glob.compile("a?b").matches("a\nb")).isTrue();
    assertThat(Glob.compile("a[!x]b").matches("a\nb")).isTrue();
    assertThat(Glob.compile("a").matches("a\n")).isFalse();
    assertThat(Glob.compile("**/b").matches("a\na/b")).isTrue();
    assertThat(Glob.compile("a\\\nb").matches("a\nb")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "* .profile",
        "? .",
        "[!a] .",
        "*.txt .txt",
        "*a .a",
        "*/x .git/x",
        "** .a/b",
        "**/* .git/config",
        "**/c a/.b/c",
        "a** a/.b",
      })
  void matchesHiddenNamesAsAFilter(String glob, String path) {
    assertThat(Glob.compileForFilter(glob).matches(path)).isTrue();
    assertThat(Glob.compile(glob).matches(path)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "*-*.csv - 140000",
        "*-*-*-*.csv - 140000",
        "a*a*a*a*b a 100000",
        "**a**a**/b a/ 50000",
        "**/x d/ 100000",
        "{a*,*a}*{a*,*a}*b a 50000",
        "****b a 100000",
        "{{a,*},{*,a}*}b a 100000",
      })
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void staysFastIfAPatternAlmostMatchesInManyWays(String glob, String text, int times) {
    assertThat(Glob.compile(glob).matches(text.repeat(times))).isFalse();
  }

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void growsWithTheLengthOfThePatternOnly() {
    Glob deep = Glob.compile("{".repeat(10_000) + "a" + "}".repeat(10_000));
    assertThat(deep.matches("a")).isTrue();
    assertThat(deep.matches("b")).isFalse();
    assertThat(Glob.compile("{a/,b}".repeat(5_000)).matches("b".repeat(5_000))).isTrue();
    assertThat(Glob.compile("[" + "a".repeat(30_000) + "]").matches("a")).isTrue();
    assertThat(Glob.parts("{a/}".repeat(2_000))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 3000})
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void doesNotExpandToOverAThousandGlobs(int braces) {
    for (String glob : List.of("{a/,b}".repeat(braces), "{/" + ",a".repeat(1_000) + "}")) {
      assertThatThrownBy(() -> Glob.parts(glob))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("glob has over 1000 alternatives with a slash in them: ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "** a/b true",
        "** .a false",
        "** a/.b false",
        "**/.git/x .git true",
        "**/.git/x .other false",
        "a/**/c a/b true",
        "a/**/c b false",
        "a** ab/c true",
        "a** b false",
        "**/.* a true",
        "**/.* .a false",
      })
  void findsWhereMatchesArePossible(String glob, String dir, boolean expected) {
    assertThat(Glob.compile(glob).mayMatchBelow(dir)).isEqualTo(expected);
  }

  @Test
  void copesWithLongPaths() {
    String deep = "directory/".repeat(400) + "x";
    assertThat(Glob.compile("**/x").matches(deep)).isTrue();
    assertThat(Glob.compile("**").matches(deep)).isTrue();
    assertThat(Glob.compile("*").matches("n".repeat(32_000))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "a[",
        "[]",
        "[!",
        "[!]",
        "[a/b]",
        "[[:digit:]",
        "[[:nosuch:]]",
        "[z-a]",
        "{",
        "{a,b",
        "{a,{b}",
        "a\\",
        "[a\\"
      })
  void rejectsMalformedGlobs(String glob) {
    assertThatThrownBy(() -> Glob.compile(glob))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("glob");
    assertThatThrownBy(() -> Glob.parts(glob)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reportsUnclosedBracketsAndBraces() {
    assertThatThrownBy(() -> Glob.compile("a[b")).hasMessage("glob has an open bracket: a[b");
    assertThatThrownBy(() -> Glob.compile("a{b")).hasMessage("glob has an open brace: a{b");
    assertThatThrownBy(() -> Glob.compile("a\\")).hasMessage("glob ends with a backslash: a\\");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "a/*/c [[a,*,c]]",
        "/a//b/ [[,a,,b,]]",
        "a\\/b [[a,b]]",
        "[{]/x [[[{],x]]",
        "{a,b}/x [[{a,b},x]]",
        "{a/b,c}/x [[a,b,x],[c,x]]",
        "{a{1/2,3},c}/x [[a1,2,x],[a3,x],[c,x]]",
        "{a,{b/c,d}}{1,2} [[a{1,2}],[b,c{1,2}],[d{1,2}]]",
      })
  void splitsIntoParts(String glob, String parts) {
    assertThat(Glob.parts(glob).toString().replace(", ", ",")).isEqualTo(parts);
  }

  @ParameterizedTest
  @CsvSource({
    "a, false",
    "a*, true",
    "a?, true",
    "[a], true",
    "'{a,b}', true",
    "a\\*b, false",
    "a\\\\*b, true",
    "a]}, false",
  })
  void detectsWildcards(String text, boolean expected) {
    assertThat(Glob.hasWildcards(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "**, true",
    "a**b, true",
    "*, false",
    "*a*, false",
    "\\**, false",
    "[**], false",
    "[a]**, true",
  })
  void detectsPatternsAcrossDirectories(String part, boolean expected) {
    assertThat(Glob.crossesDirectories(part)).isEqualTo(expected);
  }

  @Test
  void removesBackslashes() {
    assertThat(List.of("a", "\\*", "\\\\a", "a\\\nb", "a\\").stream().map(Glob::unescape))
        .containsExactly("a", "*", "\\a", "a\nb", "a\\");
  }

  @Test
  void printsItsText() {
    assertThat(Glob.compile("a*[b]")).hasToString("a*[b]");
  }
}
