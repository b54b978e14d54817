package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobSearchTest {
  private final MemoryStore store =
      MemoryStore.create(5)
          .file("/d/a.txt", "")
          .file("/d/b.txt", "")
          .file("/d/c.csv", "")
          .file("/d/.hidden.txt", "")
          .file("/d/s*r.txt", "")
          .file("/d/sub/a.txt", "")
          .file("/d/sub/deep/a.txt", "")
          .file("/d/sub/.git/a.txt", "")
          .file("/d/other/x.txt", "")
          .file("/d/new\nline", "")
          .link("/d/link", "sub")
          .link("/d/dead", "none")
          .file("/w*[x]/f.txt", "");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*.txt           | a.txt b.txt s*r.txt",
        "a.txt           | a.txt",
        "./a.txt         | a.txt",
        "sub/../a.txt    | sub/../a.txt",
        "s\\*r.txt       | s*r.txt",
        ".*              | .hidden.txt",
        "*/a.txt         | link/a.txt sub/a.txt",
        "*/*.txt         | link/a.txt other/x.txt sub/a.txt",
        "sub/*           | sub/a.txt sub/deep",
        "sub/*/          | sub/deep",
        "{a,b}.txt       | a.txt b.txt",
        "{sub,other}/*.txt | other/x.txt sub/a.txt",
        "{sub/deep,other}/*.txt | other/x.txt sub/deep/a.txt",
        "[ab].txt        | a.txt b.txt",
        "dead            | dead",
        "d*d             | dead",
        "**/a.txt        | a.txt sub/a.txt sub/deep/a.txt",
        "sub/**          | sub/a.txt sub/deep sub/deep/a.txt",
        "**/.git/*       | sub/.git/a.txt",
        "*/**/a.txt      | link/a.txt link/deep/a.txt sub/a.txt sub/deep/a.txt",
        "/d/other/*      | other/x.txt",
        "../d/other/*    | ../d/other/x.txt",
      })
  void findsMatchesSortedByPath(String pattern, String expected) throws IOException {
    List<String> paths = List.of(expected.split(" ")).stream().map(name -> "/d/" + name).toList();
    assertThat(glob("/d", pattern)).isEqualTo(paths);
    assertThat(store.server().open()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*.none",
        "none",
        "none/*",
        "none/a.txt",
        "a.txt/*",
        "a.txt/x",
        "*/none/*",
        "dead/*",
        "none/**",
        "a.txt/**",
        "dead/x",
        "*.txt/*",
        "**/none"
      })
  void findsNothingIfNothingMatches(String pattern) throws IOException {
    assertThat(glob("/d", pattern)).isEmpty();
    assertThat(store.server().open()).isZero();
  }

  @Test
  void matchesTheDirectoryLiterally() throws IOException {
    assertThat(glob("/w*[x]", "*.txt")).containsExactly("/w*[x]/f.txt");
    assertThat(glob("/w*[x]", "**")).containsExactly("/w*[x]/f.txt");
  }

  @Test
  void findsTheRoot() throws IOException {
    assertThat(glob("/d", "/")).containsExactly("/");
    assertThat(glob("/d", "/*")).containsExactly("/d", "/w*[x]");
  }

  @Test
  void matchesNewlines() throws IOException {
    assertThat(glob("/d", "new*line")).containsExactly("/d/new\nline");
  }

  @Test
  void listsOnlyNecessaryDirectories() throws IOException {
    glob("/d", "/d/sub/deep/*.txt");
    assertThat(store.server().paths("list")).containsExactly("/d/sub/deep");
    assertThat(store.server().count("lstat", "stat")).isZero();
  }

  @Test
  void sendsOneRequestForAPathWithoutWildcards() throws IOException {
    glob("/d", "sub/deep/a.txt");
    assertThat(store.server().requests()).hasSize(1);
  }

  @Test
  void skipsHiddenDirectoriesUnlessThePatternNamesThem() throws IOException {
    glob("/d", "**/a.txt");
    assertThat(store.server().paths("list")).doesNotContain("/d/sub/.git");
    glob("/d", "**/.other/a.txt");
    assertThat(store.server().paths("list")).doesNotContain("/d/sub/.git");
  }

  @Test
  void refusesAMalformedPatternBeforeAnythingIsSent() {
    assertThatThrownBy(() -> glob("/d", "*/[a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> glob("/d", "")).isInstanceOf(IllegalArgumentException.class);
    assertThat(store.server().requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/*.txt    | link/a.txt other/x.txt",
        "*/**       | link/a.txt link/deep link/deep/a.txt other/x.txt",
        "**/[ax].txt | a.txt other/x.txt",
        "{sub,other}/** | other/x.txt",
        "*/deep/*   | link/deep/a.txt",
      })
  void skipsUnreadableDirectories(String pattern, String expected) throws IOException {
    store.server().fail("list", "/d/sub", 3);
    store.server().fail("list", "/d/sub/deep", 3);
    List<String> paths = List.of(expected.split(" ")).stream().map(name -> "/d/" + name).toList();
    assertThat(glob("/d", pattern)).isEqualTo(paths);
    assertThat(store.server().open()).isZero();
  }

  @Test
  void skipsEntriesWhoseAttributesAreDenied() throws IOException {
    store.server().fail("lstat", "/d/sub/a.txt", 3);
    assertThat(glob("/d", "*/a.txt")).containsExactly("/d/link/a.txt");
    assertThatThrownBy(() -> glob("/d", "sub/a.txt")).isInstanceOf(PermissionDeniedException.class);
  }

  @Test
  void skipsADirectoryDeletedMeanwhile() throws IOException {
    store.server().fail("list", "/d/sub", 2);
    assertThat(glob("/d", "**/x.txt")).containsExactly("/d/other/x.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub/*", "sub/**", "sub/*/x"})
  void failsIfALiteralPartIsUnreadable(String pattern) {
    store.server().fail("list", "/d/sub", 3);
    assertThatThrownBy(() -> glob("/d", pattern))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/d/sub: permission denied");
    while (store.server().open() > 0) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "a.txt", "**/x"})
  void failsWhenTheConnectionIsLost(String pattern) {
    store.server().cutAt(1);
    assertThatThrownBy(() -> glob("/d", pattern)).hasMessageContaining("connection lost");
  }

  private List<String> glob(String dir, String pattern) throws IOException {
    return new Directories(store, Backoff.NEVER)
        .glob(dir, pattern).stream().map(FileInfo::path).toList();
  }
}
