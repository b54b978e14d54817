package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreesTest {
  @TempDir Path folder;
  private Path a;
  private Path b;

  @BeforeEach
  void create() throws IOException {
    a = folder.resolve("a");
    b = folder.resolve("b");
    Trees.create(a, 42, 30, 1000);
    Trees.create(b, 42, 30, 1000);
  }

  @Test
  void makesTheSameTreeOfTheSameSeed() throws IOException {
    Trees.assertEqual(a, b);
    var files = Trees.create(folder.resolve("c"), 43, 30, 1000);
    assertThat(files).hasSize(30).isSorted();
    assertThatThrownBy(() -> Trees.assertEqual(a, folder.resolve("c")))
        .isInstanceOf(AssertionError.class);
    assertThat(a.resolve("empty/below")).isEmptyDirectory();
  }

  @Test
  void seesBytesNamesAndKinds() throws IOException {
    Files.writeString(a.resolve("x"), "1");
    Files.writeString(b.resolve("x"), "2");
    Files.createDirectory(a.resolve("only-in-a"));
    Files.createSymbolicLink(a.resolve("link"), Path.of("x"));
    Files.createSymbolicLink(b.resolve("link"), Path.of("y"));
    assertThatThrownBy(() -> Trees.assertEqual(a, b))
        .hasMessageStartingWith("3 differences between " + a + " and " + b + ":\n")
        .hasMessageContaining("link: is link to x, should be link to y\n")
        .hasMessageContaining("only-in-a: is directory, should be missing\n")
        .hasMessageContaining("x: is 1 bytes, SHA-256 6b86");
  }

  @Test
  void knowsAwkwardNamesThatTheDiskTakes() throws IOException {
    Trees.createAwkward(folder.resolve("c"));
    assertThat(Trees.describe(folder.resolve("c"))).hasSameSizeAs(Trees.AWKWARD_NAMES);
  }

  @Test
  void writesFilesOfAnySize() throws IOException {
    var file = Trees.file(folder.resolve("f"), 1, 200_001);
    assertThat(file).hasSize(200_001);
    assertThat(Files.readAllBytes(file)).startsWith(Trees.bytes(1, 64 << 10));
  }
}
