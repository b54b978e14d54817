package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SymlinksTest {
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();

  @TempDir Path local;
  private MemoryTransfers memory;

  @BeforeEach
  void prepare() {
    memory = new MemoryTransfers(local);
  }

  @AfterEach
  void cleanUp() {
    memory.close();
  }

  private static TransferOptions symlinks(Symlinks choice) {
    return TransferOptions.builder().symlinks(choice).build();
  }

  private void remoteTree() {
    memory
        .store()
        .file("/r/t/dir/file", "text")
        .link("/r/t/tofile", "dir/file")
        .link("/r/t/todir", "dir")
        .link("/r/t/dir/up", "..")
        .link("/r/t/nowhere", "missing");
  }

  private Path localTree() throws IOException {
    memory.file("t/dir/file", "text");
    Path tree = local.resolve("t");
    Files.createSymbolicLink(tree.resolve("tofile"), Path.of("dir/file"));
    Files.createSymbolicLink(tree.resolve("todir"), Path.of("dir"));
    Files.createSymbolicLink(tree.resolve("dir/up"), Path.of(".."));
    Files.createSymbolicLink(tree.resolve("nowhere"), Path.of("missing"));
    return tree;
  }

  @Test
  void followsRemoteLinks() throws Exception {
    remoteTree();
    var result = memory.transfers().getR("/r/t", local.resolve("to"), DEFAULTS);
    assertThat(Trees.describe(local.resolve("to")).keySet())
        .containsExactly("dir", "dir/file", "todir", "todir/file", "tofile");
    assertThat(Files.isSymbolicLink(local.resolve("to/todir"))).isFalse();
    assertThat(result.warnings())
        .containsExactly(
            "/r/t/dir/up: skipped: the link leads to a directory that holds it",
            "/r/t/nowhere: skipped: the link leads nowhere",
            "/r/t/todir/up: skipped: the link leads to a directory that holds it");
    assertThat(result.skipped()).isEqualTo(3);
    assertThat(result.transferred()).isEqualTo(3);
  }

  @Test
  void followsLocalLinks() throws Exception {
    var result = memory.transfers().putR(localTree(), "/r/to", DEFAULTS);
    assertThat(memory.store().names("/r/to")).containsExactly("dir", "todir", "tofile");
    assertThat(memory.store().names("/r/to/todir")).containsExactly("file");
    assertThat(memory.store().info("/r/to/todir").isDirectory()).isTrue();
    assertThat(result.warnings())
        .containsExactly(
            local + "/t/dir/up: skipped: the link leads to a directory that holds it",
            local + "/t/nowhere: skipped: the link leads nowhere",
            local + "/t/todir/up: skipped: the link leads to a directory that holds it");
  }

  @Test
  void leavesLinksOut() throws Exception {
    remoteTree();
    var get = memory.transfers().getR("/r/t", local.resolve("to"), symlinks(Symlinks.SKIP));
    assertThat(Trees.describe(local.resolve("to")).keySet()).containsExactly("dir", "dir/file");
    assertThat(get.skipped()).isEqualTo(4);
    assertThat(get.warnings()).isEmpty();
    memory.transfers().putR(localTree(), "/r/to", symlinks(Symlinks.SKIP));
    assertThat(memory.store().names("/r/to")).containsExactly("dir");
  }

  @Test
  void copiesLinksAsTheyStand() throws Exception {
    memory.transfers().putR(localTree(), "/r/to", symlinks(Symlinks.COPY));
    var result = memory.transfers().getR("/r/to", local.resolve("back"), symlinks(Symlinks.COPY));
    Trees.assertEqual(local.resolve("back"), local.resolve("t"));
    assertThat(result.transferred()).isEqualTo(5);
    var again = memory.transfers().getR("/r/to", local.resolve("back"), symlinks(Symlinks.COPY));
    assertThat(again.skipped()).isEqualTo(4);
    var up = memory.transfers().putR(local.resolve("t"), "/r/to", symlinks(Symlinks.COPY));
    assertThat(up.skipped()).isEqualTo(4);
  }

  @Test
  void refusesALinkWhoseTextIsNoPathHere() {
    memory.store().link("/r/t/a", "b\0c");
    assertThatThrownBy(
            () -> memory.transfers().getR("/r/t", local.resolve("to"), symlinks(Symlinks.COPY)))
        .isInstanceOf(FileSystemException.class)
        .hasMessageStartingWith(local.resolve("to/a") + ": is a link to what can't be a path here");
  }

  @Test
  void replacesWhatIsInTheWayOfALink() throws Exception {
    memory.store().link("/r/t/a", "new").link("/r/t/b", "new");
    memory.file("to/a", "file");
    Files.createSymbolicLink(local.resolve("to/b"), Path.of("old"));
    memory.transfers().getR("/r/t", local.resolve("to"), symlinks(Symlinks.COPY));
    assertThat(Files.readSymbolicLink(local.resolve("to/a"))).isEqualTo(Path.of("new"));
    assertThat(Files.readSymbolicLink(local.resolve("to/b"))).isEqualTo(Path.of("new"));
    memory.store().file("/r/up/a", "file").link("/r/up/b", "old");
    memory.transfers().putR(local.resolve("to"), "/r/up", symlinks(Symlinks.COPY));
    assertThat(memory.store().info("/r/up/a").isLink()).isTrue();
    assertThat(memory.store().names("/r/up")).containsExactly("a", "b");
  }

  @Test
  void neverWritesThroughALocalLinkInTheWayOfADirectory() throws Exception {
    memory.store().file("/r/t/sub/file", "evil");
    Files.createDirectories(local.resolve("outside"));
    Files.createDirectories(local.resolve("to"));
    Files.createSymbolicLink(local.resolve("to/sub"), local.resolve("outside"));
    assertThatThrownBy(() -> memory.transfers().getR("/r/t", local.resolve("to"), DEFAULTS))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(
            local.resolve("to/sub") + ": is a link in the way of a directory, not followed");
    assertThat(local.resolve("outside")).isEmptyDirectory();
  }

  @Test
  void letsTheTopBeALinkToADirectory() throws Exception {
    memory.store().file("/r/t/file", "text");
    Files.createDirectories(local.resolve("outside"));
    Files.createSymbolicLink(local.resolve("to"), local.resolve("outside"));
    memory.transfers().getR("/r/t", local.resolve("to"), DEFAULTS);
    assertThat(local.resolve("outside/file")).hasContent("text");
  }

  @Test
  void replacesALinkThatAnEarlierCopyMade() throws Exception {
    memory.store().file("/r/t/a", "evil");
    memory.file("precious", "mine");
    Files.createDirectories(local.resolve("to"));
    Files.createSymbolicLink(local.resolve("to/a"), Path.of("../precious"));
    memory.transfers().getR("/r/t", local.resolve("to"), symlinks(Symlinks.COPY));
    assertThat(local.resolve("precious")).hasContent("mine");
    assertThat(local.resolve("to/a")).hasContent("evil");
  }
}
