package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.OnError;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    var result = memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS);
    assertThat(Trees.describe(local.resolve("to")).keySet())
        .containsExactly("dir", "dir/file", "todir", "todir/file", "tofile");
    assertThat(Files.isSymbolicLink(local.resolve("to/todir"))).isFalse();
    assertThat(result.warnings())
        .containsExactly(
            "/r/t/dir/up: skipped: the link points to a directory that contains it",
            "/r/t/nowhere: skipped: dangling link",
            "/r/t/todir/up: skipped: the link points to a directory that contains it");
    assertThat(result.skipped()).isEqualTo(3);
    assertThat(result.transferred()).isEqualTo(3);
  }

  @Test
  void followsLocalLinks() throws Exception {
    var result = memory.transfers().trees().putR(localTree(), "/r/to", DEFAULTS);
    assertThat(memory.store().names("/r/to")).containsExactly("dir", "todir", "tofile");
    assertThat(memory.store().names("/r/to/todir")).containsExactly("file");
    assertThat(memory.store().info("/r/to/todir").isDir()).isTrue();
    assertThat(result.warnings())
        .containsExactly(
            local + "/t/dir/up: skipped: the link points to a directory that contains it",
            local + "/t/nowhere: skipped: dangling link",
            local + "/t/todir/up: skipped: the link points to a directory that contains it");
  }

  @Test
  void skipsLinks() throws Exception {
    remoteTree();
    var get = memory.transfers().trees().getR("/r/t", local.resolve("to"), symlinks(Symlinks.SKIP));
    assertThat(Trees.describe(local.resolve("to")).keySet()).containsExactly("dir", "dir/file");
    assertThat(get.skipped()).isEqualTo(4);
    assertThat(get.warnings()).isEmpty();
    memory.transfers().trees().putR(localTree(), "/r/to", symlinks(Symlinks.SKIP));
    assertThat(memory.store().names("/r/to")).containsExactly("dir");
  }

  @Test
  void copiesLinksUnchanged() throws Exception {
    memory.transfers().trees().putR(localTree(), "/r/to", symlinks(Symlinks.COPY));
    var result =
        memory.transfers().trees().getR("/r/to", local.resolve("back"), symlinks(Symlinks.COPY));
    Trees.assertEqual(local.resolve("back"), local.resolve("t"));
    assertThat(result.transferred()).isEqualTo(5);
    var again =
        memory.transfers().trees().getR("/r/to", local.resolve("back"), symlinks(Symlinks.COPY));
    assertThat(again.skipped()).isEqualTo(4);
    var up = memory.transfers().trees().putR(local.resolve("t"), "/r/to", symlinks(Symlinks.COPY));
    assertThat(up.skipped()).isEqualTo(4);
  }

  @Test
  void refusesALinkWhoseTargetIsNoLocalPath() {
    memory.store().link("/r/t/a", "b\0c");
    assertThatThrownBy(
            () ->
                memory
                    .transfers()
                    .trees()
                    .getR("/r/t", local.resolve("to"), symlinks(Symlinks.COPY)))
        .isInstanceOf(FileSystemException.class)
        .hasMessageStartingWith(
            local.resolve("to/a") + ": is a link whose target can't be a path here");
  }

  @Test
  void replacesAnExistingFileByALink() throws Exception {
    memory.store().link("/r/t/a", "new").link("/r/t/b", "new");
    memory.file("to/a", "file");
    Files.createSymbolicLink(local.resolve("to/b"), Path.of("old"));
    memory.transfers().trees().getR("/r/t", local.resolve("to"), symlinks(Symlinks.COPY));
    assertThat(Files.readSymbolicLink(local.resolve("to/a"))).isEqualTo(Path.of("new"));
    assertThat(Files.readSymbolicLink(local.resolve("to/b"))).isEqualTo(Path.of("new"));
    memory.store().file("/r/up/a", "file").link("/r/up/b", "old");
    memory.transfers().trees().putR(local.resolve("to"), "/r/up", symlinks(Symlinks.COPY));
    assertThat(memory.store().info("/r/up/a").isLink()).isTrue();
    assertThat(memory.store().names("/r/up")).containsExactly("a", "b");
  }

  @Test
  void neverWritesThroughALocalLinkInPlaceOfADirectory() throws Exception {
    memory.store().file("/r/t/sub/file", "evil");
    Files.createDirectories(local.resolve("outside"));
    Files.createDirectories(local.resolve("to"));
    Files.createSymbolicLink(local.resolve("to/sub"), local.resolve("outside"));
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(
            local.resolve("to/sub")
                + ": is a link where a directory is needed; links in the target are not followed");
    assertThat(local.resolve("outside")).isEmptyDirectory();
  }

  @Test
  void acceptsALinkToADirectoryAsTheRoot() throws Exception {
    memory.store().file("/r/t/file", "text");
    Files.createDirectories(local.resolve("outside"));
    Files.createSymbolicLink(local.resolve("to"), local.resolve("outside"));
    memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS);
    assertThat(local.resolve("outside/file")).hasContent("text");
  }

  @Test
  void replacesALinkThatAnEarlierCopyMade() throws Exception {
    memory.store().file("/r/t/a", "evil");
    memory.file("precious", "mine");
    Files.createDirectories(local.resolve("to"));
    Files.createSymbolicLink(local.resolve("to/a"), Path.of("../precious"));
    memory.transfers().trees().getR("/r/t", local.resolve("to"), symlinks(Symlinks.COPY));
    assertThat(local.resolve("precious")).hasContent("mine");
    assertThat(local.resolve("to/a")).hasContent("evil");
  }

  @ParameterizedTest
  @CsvSource({"FOLLOW,true", "FOLLOW,false", "SKIP,true", "COPY,true", "COPY,false"})
  void replacesALocalLinkByAFile(Symlinks choice, boolean atomic) throws Exception {
    memory.store().file("/r/t/app.conf", "evil").file("/r/t/dead", "evil").file("/r/t/dir", "evil");
    memory.file("outside.conf", "mine");
    Files.createDirectories(local.resolve("outside"));
    var options = symlinks(choice).toBuilder().atomic(atomic).build();
    for (String to : List.of("deep", "flat")) {
      Path target = Files.createDirectories(local.resolve(to));
      Files.createSymbolicLink(target.resolve("app.conf"), Path.of("../outside.conf"));
      Files.createSymbolicLink(target.resolve("dead"), Path.of("../new"));
      Files.createSymbolicLink(target.resolve("dir"), Path.of("../outside"));
      if (to.equals("deep")) {
        memory.transfers().trees().getR("/r/t", target, options);
      } else {
        memory.transfers().trees().getD("/r/t", target, options);
      }
      for (String name : List.of("app.conf", "dead", "dir")) {
        assertThat(target.resolve(name)).isRegularFile().hasContent("evil");
        assertThat(Files.isSymbolicLink(target.resolve(name))).isFalse();
      }
    }
    assertThat(local.resolve("outside.conf")).hasContent("mine");
    assertThat(local.resolve("new")).doesNotExist();
    assertThat(local.resolve("outside")).isEmptyDirectory();
  }

  @Test
  void considersALocalLinkAnExistingEntry() throws Exception {
    memory.store().file("/r/t/a", "evil");
    memory.file("outside", "mine");
    Files.createDirectories(local.resolve("to"));
    Files.createSymbolicLink(local.resolve("to/a"), Path.of("../outside"));
    var skip = TransferOptions.builder().existing(Existing.SKIP).build();
    assertThat(memory.transfers().trees().getR("/r/t", local.resolve("to"), skip).skipped())
        .isEqualTo(1);
    var fail = TransferOptions.builder().existing(Existing.FAIL).build();
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), fail))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(local.resolve("to/a")).isSymbolicLink();
    var update = TransferOptions.builder().existing(Existing.UPDATE).build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), update);
    assertThat(local.resolve("to/a")).hasContent("evil");
    assertThat(local.resolve("outside")).hasContent("mine");
  }

  @Test
  void replacesALinkInPlaceOfAPartFileToResume() throws Exception {
    byte[] bytes = new byte[600_000];
    memory.store().file("/r/t/a", bytes);
    memory.file("outside", "mine");
    Files.createDirectories(local.resolve("to"));
    Files.createSymbolicLink(local.resolve("to/a"), Path.of("../outside"));
    var resume = TransferOptions.builder().resume(true).build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), resume);
    Trees.assertSameBytes(local.resolve("to/a"), bytes);
    assertThat(local.resolve("outside")).hasContent("mine");
  }

  @Test
  void replacesALinkInTheDirectoryThatAFileIsDownloadedInto() throws Exception {
    memory.store().file("/r/a", "evil");
    memory.file("outside", "mine");
    Path dir = Files.createDirectories(local.resolve("to"));
    Files.createSymbolicLink(dir.resolve("a"), Path.of("../outside"));
    memory.transfers().get("/r/a", dir, DEFAULTS);
    assertThat(dir.resolve("a")).hasContent("evil");
    assertThat(local.resolve("outside")).hasContent("mine");
  }

  @Test
  void followsALinkThatTheCallerNames() throws Exception {
    memory.store().file("/r/a", "new");
    Path file = memory.file("file", "old");
    Path link = Files.createSymbolicLink(local.resolve("link"), Path.of("file"));
    memory.transfers().get("/r/a", link, DEFAULTS);
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
  }

  @Test
  void terminatesIfLocalDirectoriesAreLinkedToEachOther() throws Exception {
    memory.file("t/a/file", "text");
    memory.file("t/b/other", "text");
    Path tree = local.resolve("t");
    Files.createSymbolicLink(tree.resolve("a/b"), Path.of("../b"));
    Files.createSymbolicLink(tree.resolve("b/a"), Path.of("../a"));
    var result = memory.transfers().trees().putR(tree, "/r/to", DEFAULTS);
    assertThat(result.transferred()).isEqualTo(4);
    assertThat(memory.store().names("/r/to/a/b")).containsExactly("other");
    assertThat(memory.store().names("/r/to/b/a")).containsExactly("file");
    assertThat(result.warnings())
        .containsExactly(
            tree + "/a/b/a: skipped: the link points to a directory that contains it",
            tree + "/b/a/b: skipped: the link points to a directory that contains it");
  }

  @Test
  void skipsDanglingLocalLinks() throws Exception {
    memory.file("t/file", "text");
    Path tree = local.resolve("t");
    Files.createSymbolicLink(tree.resolve("self"), Path.of("self"));
    Files.createSymbolicLink(tree.resolve("below"), Path.of("file/below"));
    var result = memory.transfers().trees().putR(tree, "/r/to", DEFAULTS);
    assertThat(result.warnings())
        .containsExactly(
            tree + "/below: skipped: dangling link", tree + "/self: skipped: dangling link");
    assertThat(memory.store().names("/r/to")).containsExactly("file");
  }

  @Test
  void failsOnALocalLinkThatCannotBeFollowed() throws Exception {
    memory.file("t/file", "text");
    memory.file("t/z", "text");
    Path tree = local.resolve("t");
    Files.createSymbolicLink(tree.resolve("long"), Path.of("x".repeat(300)));
    assertThatThrownBy(() -> memory.transfers().trees().putR(tree, "/r/to", DEFAULTS))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(tree + "/long: File name too long");
    var going = TransferOptions.builder().onError(OnError.CONTINUE).build();
    assertThatThrownBy(() -> memory.transfers().trees().putR(tree, "/r/going", going))
        .hasMessage("putR /r/going: 1 of 3 failed: long [me@memory:22]");
    assertThat(memory.store().names("/r/going")).containsExactly("file", "z");
  }
}
