package io.github.jsftp.internal.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.BulkException;
import io.github.jsftp.BulkResult;
import io.github.jsftp.Connection;
import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OnError;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.SftpException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEachServer
class BulkCallsTest {
  private ServerFolder folder;
  private Connection sftp;

  @BeforeEach
  void connect(TestServer server, ServerFolder fresh) throws IOException {
    folder = fresh;
    sftp = Connections.connect(server, fresh);
  }

  @AfterEach
  void close() {
    sftp.close();
  }

  private void files(String... names) throws IOException {
    for (String name : names) {
      Files.writeString(folder.local(name), name);
    }
  }

  private static List<String> lines(BulkResult result) {
    return result.outcomes().stream().map(FileOutcome::toString).toList();
  }

  @Test
  void removesManyFilesAndReportsThemInTheOrderGiven() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      names.add("f" + i);
    }
    files(names.toArray(String[]::new));
    Collections.reverse(names);

    BulkResult result = sftp.removeAll(names);

    assertThat(sftp.listdir()).isEmpty();
    assertThat(result.outcomes()).extracting(FileOutcome::path).isEqualTo(names);
    assertThat(result.outcomes()).extracting(FileOutcome::kind).containsOnly(Kind.DELETED);
    assertThat(result.outcomes().get(0).target()).isEqualTo(folder.path("f499"));
    assertThat(result.outcomes().get(0).source()).isEmpty();
    assertThat(result).hasToString("500 succeeded, 0 failed, 0 skipped");
    assertThat(result.attempts()).isEqualTo(1);
  }

  @Test
  void removesWhatAGlobHasFound() throws IOException {
    files("a.tmp", "b.tmp", "c.txt");

    BulkResult result = sftp.removeAll(sftp.glob("*.tmp"));

    assertThat(sftp.listdir()).containsExactly("c.txt");
    assertThat(result.outcomes().get(1).info().orElseThrow().size()).isEqualTo(5);
  }

  @Test
  void removesLinksAndNotTheirTargets() throws IOException {
    Files.createDirectory(folder.local("d"));
    files("f");
    Files.createSymbolicLink(folder.local("toFile"), folder.local("f"));
    Files.createSymbolicLink(folder.local("toDir"), folder.local("d"));
    Files.createSymbolicLink(folder.local("dead"), folder.local("none"));

    sftp.removeAll(List.of("toFile", "toDir", "dead"));

    assertThat(sftp.listdir()).containsExactly("d", "f");
  }

  @Test
  void treatsWildcardsAsCharacters() throws IOException {
    files("*", "a?", "ab", "[a]", "back\\slash");

    sftp.removeAll(List.of("*", "a?", "[a]", "back\\slash"));

    assertThat(sftp.listdir()).containsExactly("ab");
  }

  @Test
  void failsForADirectoryInTheWordsOfTheSingleCall() throws IOException {
    Files.createDirectory(folder.local("d"));
    SftpException single = catchThrowableOfType(SftpException.class, () -> sftp.remove("d"));
    assertThatThrownBy(() -> sftp.removeAll(List.of("d")))
        .hasSameClassAs(single)
        .hasMessage(single.getMessage().replace("remove ", "removeAll "));
    files("f");
    single = catchThrowableOfType(SftpException.class, () -> sftp.remove("f/"));
    assertThatThrownBy(() -> sftp.removeAll(List.of("f/")))
        .hasSameClassAs(single)
        .hasMessage(single.getMessage().replace("remove ", "removeAll "));
    assertThat(sftp.listdir()).containsExactly("d", "f");
  }

  @Test
  void deletesNothingIfAListedEntryIsADirectory() throws IOException {
    files("a", "c");
    Files.createDirectory(folder.local("b"));
    List<FileInfo> all = sftp.listdirAttr();

    assertThatThrownBy(() -> sftp.removeAll(all))
        .isExactlyInstanceOf(SftpException.class)
        .hasMessageContaining("removeAll " + folder.path("b") + ": is a directory [");
    assertThat(sftp.listdir()).containsExactly("a", "b", "c");

    assertThatThrownBy(() -> sftp.removeAll(all, OnError.CONTINUE))
        .isInstanceOf(BulkException.class)
        .hasMessageContaining("removeAll: 1 of 3 failed: " + folder.path("b") + " [");
    assertThat(sftp.listdir()).containsExactly("b");
  }

  @Test
  void continuesAfterFailuresAndReportsThemTogether() throws IOException {
    files("a", "c");
    Files.createDirectory(folder.local("d"));

    BulkException failure =
        catchThrowableOfType(
            BulkException.class,
            () -> sftp.removeAll(List.of("none", "a", "d", "c"), OnError.CONTINUE));

    assertThat(failure)
        .hasMessageStartingWith("removeAll: 2 of 4 failed: none, d [")
        .hasCauseInstanceOf(NoSuchPathException.class);
    assertThat(failure.path()).isEmpty();
    assertThat(failure.operation()).isEqualTo("removeAll");
    assertThat(failure.report().outcomes())
        .extracting(FileOutcome::kind)
        .containsExactly(Kind.FAILED, Kind.DELETED, Kind.FAILED, Kind.DELETED);
    assertThat(failure.report().failures())
        .extracting(FileOutcome::path)
        .containsExactly("none", "d");
    assertThat(failure.report().failures().get(0).failure().orElseThrow())
        .hasMessageStartingWith("removeAll " + folder.path("none") + ": no such file");
    assertThat(sftp.listdir()).containsExactly("d");
  }

  @Test
  void throwsTheFirstFailureAndTellsWhatWasDone() throws IOException {
    files("a", "c");

    NoSuchPathException failure =
        catchThrowableOfType(
            NoSuchPathException.class, () -> sftp.removeAll(List.of("a", "none", "nor", "c")));

    assertThat(failure.path()).contains(folder.path("none"));
    var suppressed = (BulkException) failure.getSuppressed()[0];
    assertThat(suppressed.report().outcomes().get(0).kind()).isEqualTo(Kind.DELETED);
    for (FileOutcome outcome : suppressed.report().outcomes()) {
      boolean isThere = Files.exists(folder.local(outcome.path()));
      assertThat(outcome.kind() == Kind.SKIPPED || outcome.path().startsWith("no") || !isThere)
          .isTrue();
    }
  }

  @Test
  void acceptsNoPathsAtAll() throws IOException {
    assertThat(sftp.removeAll(new ArrayList<String>()).outcomes()).isEmpty();
    assertThat(sftp.removeAll(new ArrayList<FileInfo>()).outcomes()).isEmpty();
    assertThat(sftp.renameAll(Map.of()).outcomes()).isEmpty();
    assertThat(sftp.chmodAll(new ArrayList<String>(), 644).outcomes()).isEmpty();
    assertThat(sftp.statAll(List.of())).isEmpty();
  }

  @Test
  void refusesBadPathsBeforeAnythingIsDeleted() throws IOException {
    files("a", "b");
    Collection<String> missing = null;
    assertThatThrownBy(() -> sftp.removeAll(missing))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("paths");
    assertThatThrownBy(() -> sftp.removeAll(Arrays.asList("a", null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("paths contains null, at index 1");
    assertThatThrownBy(() -> sftp.removeAll(List.of("a", "b"), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("onError");
    assertThatThrownBy(() -> sftp.removeAll(List.of("a", "b", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"a\" is given twice");
    assertThatThrownBy(() -> sftp.removeAll(List.of("a", "./a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"a\" and \"./a\" are the same path");
    assertThatThrownBy(() -> sftp.removeAll(List.of("a", "b/c", "b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"%s\" contains \"%s\": removeAll deletes no directories, rmtree does",
            folder.path("b"), folder.path("b/c"));
    assertThatThrownBy(() -> sftp.removeAll(List.of("a", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path must not be empty");
    assertThatThrownBy(() -> sftp.removeAll(List.of("a", "nul\0")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(sftp.listdir()).containsExactly("a", "b");
  }

  @Test
  void renamesFilesAndDirectories() throws IOException {
    files("a", "b");
    Files.createDirectories(folder.local("d/sub"));
    Map<String, String> names = new LinkedHashMap<>();
    names.put("b", "d2/b");
    names.put("a", "new*");
    names.put("d/", "e");
    Files.createDirectory(folder.local("d2"));

    BulkResult result = sftp.renameAll(names);

    assertThat(sftp.listdir()).containsExactly("d2", "e", "new*");
    assertThat(folder.local("d2/b")).hasContent("b");
    assertThat(folder.local("e/sub")).isDirectory();
    assertThat(lines(result))
        .containsExactly(
            "rename b -> " + folder.path("d2/b"),
            "rename a -> " + folder.path("new*"),
            "rename d/ -> " + folder.path("e"));
    assertThat(result.outcomes().get(0).source()).isEqualTo(folder.path("b"));
  }

  @Test
  void neverReplacesAFile() throws IOException {
    files("a", "b", "to");
    SftpException single = catchThrowableOfType(SftpException.class, () -> sftp.rename("a", "to"));
    Map<String, String> names = new LinkedHashMap<>();
    names.put("a", "to");
    names.put("b", "c");

    BulkException failure =
        catchThrowableOfType(BulkException.class, () -> sftp.renameAll(names, OnError.CONTINUE));

    assertThat(failure.getCause())
        .isInstanceOf(PathExistsException.class)
        .hasMessage(single.getMessage().replace("rename ", "renameAll "));
    assertThat(folder.local("to")).hasContent("to");
    assertThat(sftp.listdir()).containsExactly("a", "c", "to");
  }

  @Test
  void rotatesLogsInOneCall() throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    for (String log : new String[] {"x", "y"}) {
      files(log);
      names.put(log, log + ".1");
      for (int i = 1; i < 9; i++) {
        files(log + "." + i);
        names.put(log + "." + i, log + "." + (i + 1));
      }
    }

    BulkResult result = sftp.renameAll(names);

    assertThat(result.succeeded()).isEqualTo(18);
    assertThat(result.outcomes())
        .extracting(FileOutcome::path)
        .containsExactlyElementsOf(names.keySet());
    assertThat(folder.local("x.1")).hasContent("x");
    assertThat(folder.local("y.9")).hasContent("y.8");
    assertThat(folder.local("x")).doesNotExist();
  }

  @Test
  void setsTheModeOfFilesAndDirectories() throws IOException {
    files("a", "b");
    Files.createDirectories(folder.local("d/sub"));

    BulkResult result = sftp.chmodAll(List.of("a", "b", "d"), 750);

    assertThat(sftp.statAll(List.of("d", "a")))
        .extracting(FileInfo::mode)
        .containsExactly(750, 750);
    assertThat(lines(result)).containsExactly("chmod a", "chmod b", "chmod d");
    sftp.chmodAll(sftp.glob("[ab]"), 600);
    assertThat(sftp.stat("b").mode()).isEqualTo(600);
    assertThatThrownBy(() -> sftp.chmodAll(List.of("a"), 0644))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void setsTheModeOfATreeInTheOrderGiven() throws IOException {
    Files.createDirectories(folder.local("d/e"));
    files("d/e/f", "d/g");
    try (var tree = sftp.walk("d")) {
      List<FileInfo> topDown = tree.toList();
      assertThat(sftp.chmodAll(topDown, 755).succeeded()).isEqualTo(4);
      List<FileInfo> bottomUp = new ArrayList<>(topDown);
      Collections.reverse(bottomUp);
      sftp.chmodAll(bottomUp, 700);
    }
    assertThat(sftp.statAll(List.of("d", "d/e", "d/e/f", "d/g")))
        .extracting(FileInfo::mode)
        .containsOnly(700);
  }

  @Test
  void returnsAttributesInTheOrderGiven() throws IOException {
    files("a", "bb");
    Files.createDirectory(folder.local("d"));
    Files.createSymbolicLink(folder.local("link"), folder.local("bb"));

    List<FileInfo> infos = sftp.statAll(List.of("link", "a", "d/", "a"));

    assertThat(infos).extracting(FileInfo::size).startsWith(2L, 1L).endsWith(1L);
    assertThat(infos.get(2).isDir()).isTrue();
    assertThat(infos.get(0)).isEqualTo(sftp.stat("link"));
    assertThat(infos.get(2)).isEqualTo(sftp.stat("d/"));
  }

  @Test
  void reportsWhatWasFoundBesideWhatIsMissing() throws IOException {
    files("a", "b");
    assertThatThrownBy(() -> sftp.statAll(List.of("a", "none", "b")))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("statAll " + folder.path("none"));

    BulkException failure =
        catchThrowableOfType(
            BulkException.class,
            () -> sftp.statAll(List.of("a", "none", "b", "a/"), OnError.CONTINUE));

    assertThat(failure.report().outcomes())
        .extracting(FileOutcome::kind)
        .containsExactly(Kind.FOUND, Kind.FAILED, Kind.FOUND, Kind.FAILED);
    assertThat(failure.report().outcomes().get(2).info().orElseThrow().size()).isEqualTo(1);
    assertThat(failure.report().outcomes().get(3).failure().orElseThrow())
        .hasSameClassAs(catchThrowableOfType(SftpException.class, () -> sftp.stat("a/")));
  }

  @Test
  void handlesManyFailures() {
    List<String> names = IntStream.range(0, 1000).mapToObj(i -> "none" + i).toList();

    BulkException failure =
        catchThrowableOfType(BulkException.class, () -> sftp.removeAll(names, OnError.CONTINUE));

    assertThat(failure.report().failed()).isEqualTo(1000);
    assertThat(failure)
        .hasMessageContaining("1,000 of 1,000 failed: none0, none1, none2 and 997 more [");
  }
}
