package io.github.jsftp.internal.transfer.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.Connection;
import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OnError;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads and uploads of files that are given one by one. */
@OnEachServer
class FileListsTest {
  private static final TransferOptions GOING_ON =
      TransferOptions.builder().onError(OnError.CONTINUE).build();

  @TempDir Path local;
  private ServerFolder folder;
  private Connection sftp;
  private Path target;

  @BeforeEach
  void connect(TestServer server, ServerFolder fresh) throws IOException {
    folder = fresh;
    sftp = Connections.connect(server, fresh);
    target = local.resolve("new/target");
  }

  @AfterEach
  void close() {
    sftp.close();
  }

  private void remote(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(folder.local(name).getParent());
      Files.writeString(folder.local(name), name);
    }
  }

  private List<Path> local(String... names) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      Path file = local.resolve(name);
      Files.createDirectories(file.getParent());
      files.add(Files.writeString(file, name));
    }
    return files;
  }

  private static List<String> names(Path dir) throws IOException {
    try (Stream<Path> paths = Files.list(dir)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void downloadsWhatAGlobHasFound() throws IOException {
    remote("out/a.csv", "out/b.csv", "out/c.txt", "other/d.csv");

    TreeResult result = sftp.getAll(sftp.glob("*/*.csv"), target);

    assertThat(names(target)).containsExactly("a.csv", "b.csv", "d.csv");
    assertThat(target.resolve("d.csv")).hasContent("other/d.csv");
    assertThat(result.transferred()).isEqualTo(3);
    assertThat(result.bytes()).isEqualTo(29);
  }

  @Test
  void reportsFilesInTheOrderGiven() throws IOException {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      remote("d" + i % 3 + "/f" + i);
      paths.add("d" + i % 3 + "/f" + i);
    }
    Collections.reverse(paths);
    var outcomes = new ArrayList<FileOutcome>();
    var options = TransferOptions.builder().onFile(outcomes::add).build();

    sftp.getAll(paths, target, options);

    outcomes.remove(0); // the new directory
    assertThat(outcomes)
        .extracting(FileOutcome::source)
        .isEqualTo(paths.stream().map(folder::path).toList());
    FileOutcome first = outcomes.get(0);
    assertThat(first).hasToString("copy f299 (7 bytes)");
    assertThat(first.target()).isEqualTo(target.resolve("f299").toString());
    assertThat(first.info().orElseThrow().path()).isEqualTo(folder.path("d2/f299"));

    List<Path> files = paths.stream().map(path -> target.resolve(path.substring(3))).toList();
    outcomes.clear();
    sftp.putAll(files, "up", options);
    outcomes.remove(0);
    assertThat(outcomes)
        .extracting(FileOutcome::source)
        .isEqualTo(files.stream().map(Path::toString).toList());
    assertThat(outcomes.get(0).target()).isEqualTo(folder.path("up/f299"));
    assertThat(outcomes.get(0).info().orElseThrow().path())
        .isEqualTo(target.resolve("f299").toString());
    assertThat(sftp.listdir("up")).hasSize(300);
  }

  @Test
  void downloadsAFileAsItIsNowAndNotAsItWasListed() throws IOException {
    remote("a");
    List<FileInfo> listed = sftp.listdirAttr();
    Files.writeString(folder.local("a"), "more than before");

    sftp.getAll(listed, target);

    assertThat(target.resolve("a")).hasContent("more than before");
  }

  @Test
  void uploadsIntoANewDirectory() throws IOException {
    List<Path> files = local("x/a", "y/b");

    TreeResult result = sftp.putAll(files, "in/new");

    assertThat(result.transferred()).isEqualTo(2);
    assertThat(sftp.listdir("in/new")).containsExactly("a", "b");
    assertThat(folder.local("in/new/b")).hasContent("y/b");
  }

  @Test
  void copiesNothingForAnEmptyList() throws IOException {
    assertThat(sftp.getAll(sftp.glob("*.none"), target).transferred()).isZero();
    assertThat(sftp.putAll(List.of(), "in").transferred()).isZero();
  }

  @Test
  void refusesBadListsBeforeAnythingIsCopied() throws IOException {
    remote("x/a", "y/a", "b");
    List<Path> files = local("x/a", "y/a", "b");
    assertThatThrownBy(() -> sftp.getAll(List.of("b", "x/a", "y/a"), target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"%s\" and \"y/a\" have the same name: copy them into different directories",
            folder.path("x/a"));
    assertThatThrownBy(() -> sftp.putAll(files, "in"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"%s\" and \"%s\" have the same name: copy them into different directories",
            files.get(0), files.get(1));
    assertThatThrownBy(() -> sftp.getAll(List.of("b", "./b"), target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"./b\" is given twice");
    assertThatThrownBy(() -> sftp.getAll(List.of("b", "x/"), target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"x/\" does not end in the name of a file");
    assertThatThrownBy(() -> sftp.putAll(List.of(files.get(2), local.resolve("..")), "in"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sftp.getAll(Arrays.asList("b", null), target))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("paths contains null, at index 1");
    assertThatThrownBy(() -> sftp.putAll(Arrays.asList(files.get(2), null), "in"))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("paths contains null, at index 1");
    var mirror = TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true).build();
    assertThatThrownBy(() -> sftp.getAll(List.of("b"), target, mirror))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deleteExtraneous(true) needs a whole tree");
    assertThat(target).doesNotExist();
    assertThat(sftp.exists("in")).isFalse();
  }

  @Test
  void copiesNothingIfAListedEntryIsADirectory() throws IOException {
    remote("a", "b/c", "d");
    List<FileInfo> all = sftp.listdirAttr();

    assertThatThrownBy(() -> sftp.getAll(all, target))
        .isExactlyInstanceOf(SftpException.class)
        .hasMessageStartingWith("getAll " + folder.path("b") + ": is a directory: use getR [");
    assertThat(target).doesNotExist();
  }

  @Test
  void continuesAfterDirectoriesAndMissingFiles() throws IOException {
    remote("a", "b/c", "d");
    TransferException failure =
        catchThrowableOfType(
            TransferException.class,
            () -> sftp.getAll(List.of("d", "b", "none", "a"), target, GOING_ON));

    assertThat(failure)
        .hasMessageStartingWith("getAll " + folder.path() + ": 2 of 4 failed: b, none");
    TreeResult report = failure.report().orElseThrow();
    assertThat(report.failures().get(0).failure().orElseThrow())
        .hasMessageStartingWith("getAll " + folder.path("b") + ": is a directory: use getR [");
    assertThat(report.failures().get(1).failure().orElseThrow())
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("getAll " + folder.path("none") + ": no such file");
    assertThat(names(target)).containsExactly("a", "d");

    List<Path> files = local("p", "q");
    List<Path> all = List.of(files.get(0), local, local.resolve("none"), files.get(1));
    failure = catchThrowableOfType(TransferException.class, () -> sftp.putAll(all, "in", GOING_ON));
    report = failure.report().orElseThrow();
    assertThat(report.failed()).isEqualTo(2);
    assertThat(report.failures().get(0).failure().orElseThrow())
        .isInstanceOf(FileSystemException.class);
    assertThat(report.failures())
        .anySatisfy(
            f ->
                assertThat(f.failure().orElseThrow())
                    .hasMessage(local + ": is a directory: use putR"))
        .anySatisfy(
            f -> assertThat(f.failure().orElseThrow()).isInstanceOf(NoSuchFileException.class));
    assertThat(sftp.listdir("in")).containsExactly("p", "q");
  }

  @Test
  void failsAtTheFirstMissingFile() {
    assertThatThrownBy(() -> sftp.getAll(List.of("none"), target))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("getAll " + folder.path("none") + ": no such file");
    assertThatThrownBy(() -> sftp.putAll(List.of(local.resolve("none")), "in"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void followsLinksUnlessToldOtherwise() throws IOException {
    remote("file");
    Files.createSymbolicLink(folder.local("link"), Path.of("file"));
    Files.createSymbolicLink(folder.local("dead"), Path.of("none"));
    List<FileInfo> links = sftp.glob("link");

    sftp.getAll(links, target);
    assertThat(target.resolve("link")).hasContent("file");
    assertThat(Files.isSymbolicLink(target.resolve("link"))).isFalse();
    assertThatThrownBy(() -> sftp.getAll(List.of("dead"), target))
        .isInstanceOf(NoSuchPathException.class);

    var copy = TransferOptions.builder().symlinks(Symlinks.COPY).build();
    sftp.getAll(List.of("link", "dead"), local.resolve("links"), copy);
    assertThat(Files.readSymbolicLink(local.resolve("links/dead"))).isEqualTo(Path.of("none"));
    sftp.putAll(List.of(local.resolve("links/dead")), "in", copy);
    assertThat(sftp.linkText("in/dead")).isEqualTo("none");
    var skip = TransferOptions.builder().symlinks(Symlinks.SKIP).build();
    assertThat(sftp.getAll(links, target, skip).skipped()).isEqualTo(1);
  }

  @Test
  void honoursTheOptionsOfATransfer() throws IOException {
    remote("a", "b", "c");
    Files.createDirectories(target);
    Files.writeString(target.resolve("b"), "old");
    var options =
        TransferOptions.builder()
            .existing(Existing.SKIP)
            .preserveMtime(true)
            .preserveMode(true)
            .filter(name -> !name.equals("c"))
            .build();
    TreeResult result = sftp.getAll(sftp.listdirAttr(), target, options);

    assertThat(result.transferred()).isEqualTo(1);
    assertThat(result.skipped()).isEqualTo(1);
    assertThat(names(target)).containsExactly("a", "b");
    assertThat(target.resolve("b")).hasContent("old");
    assertThat(Files.getLastModifiedTime(target.resolve("a")).toInstant().getEpochSecond())
        .isEqualTo(sftp.stat("a").modified().getEpochSecond());

    var plan = TransferOptions.builder().dryRun(true).build();
    assertThat(sftp.getAll(List.of("a", "b"), local.resolve("planned"), plan).plan())
        .extracting(FileOutcome::toString)
        .containsExactly("make ./", "copy a (1 byte)", "copy b (1 byte)");
    assertThat(local.resolve("planned")).doesNotExist();
  }

  @Test
  void selectsFromTheList() throws IOException {
    remote("a", "bb", "ccc", "dddd");
    var options =
        TransferOptions.builder()
            .select(file -> file.size() > 1)
            .order(Comparator.comparing(FileInfo::size).reversed())
            .limit(2)
            .build();

    sftp.getAll(List.of("bb", "a", "ccc", "dddd"), target, options);
    assertThat(names(target)).containsExactly("ccc", "dddd");

    sftp.putAll(local("bb", "a", "ccc", "dddd"), "up", options);
    assertThat(sftp.listdir("up")).containsExactly("ccc", "dddd");
  }

  @Test
  void movesTheFilesOfAList() throws IOException {
    remote("x/a", "y/b", "y/c");
    Files.createSymbolicLink(folder.local("x/link"), Path.of("../y/c"));
    var move = TransferOptions.builder().removeSource(true).build();

    sftp.getAll(List.of("x/a", "y/b", "x/link"), target, move);

    assertThat(names(target)).containsExactly("a", "b", "link");
    assertThat(sftp.listdir("x")).isEmpty();
    assertThat(sftp.listdir("y")).containsExactly("c");

    List<Path> files = local("p/d", "q/e");
    sftp.putAll(files, "up", move);
    assertThat(sftp.listdir("up")).containsExactly("d", "e");
    assertThat(files).allMatch(Files::notExists);
  }
}
