package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.TransferClient;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Behavior that depends on a real server; the other tests use a server in memory. */
@OnEachServer
final class ServerDirectoriesTest {
  private TransferClient client;
  private Directories directories;

  @BeforeEach
  void connect(TestServer server) throws Exception {
    client = TransferClient.to(server);
    directories = new Directories(client.store(), Backoff.NEVER);
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void walksAllTypesOfEntries(ServerFolder remote) throws Exception {
    Trees.create(remote.local("tree"), 5, 300, 10);
    Trees.createAwkward(remote.local("tree/awkward"));
    var seen = new ArrayList<String>();
    directories.walkTree(
        remote.path("tree"),
        entry -> seen.add(entry.path()),
        entry -> seen.add(entry.path()),
        entry -> seen.add(entry.path()),
        true);
    try (Stream<Path> paths = Files.walk(remote.local("tree"))) {
      List<String> expected =
          paths
              .filter(path -> !path.equals(remote.local("tree")))
              .map(path -> remote.path(remote.local().relativize(path).toString()))
              .toList();
      assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void detectsLoops(ServerFolder remote) throws Exception {
    Files.createDirectories(remote.local("tree/a"));
    Files.createSymbolicLink(remote.local("tree/a/up"), Path.of(".."));
    Files.createSymbolicLink(remote.local("tree/a/dead"), Path.of("none"));
    Files.createSymbolicLink(remote.local("tree/a/self"), Path.of("self"));
    Files.writeString(remote.local("file"), "x");
    Files.createSymbolicLink(remote.local("tree/file"), Path.of("../file"));
    var seen = new ArrayList<String>();
    directories.walkTree(
        remote.path("tree"),
        entry -> seen.add("file " + entry.name()),
        entry -> seen.add("directory " + entry.name()),
        entry -> seen.add("other " + entry.name()),
        true);
    assertThat(seen)
        .containsExactly("directory a", "other dead", "other self", "directory up", "file file");
  }

  @Test
  void listsManyEntries(ServerFolder remote) throws Exception {
    Files.createDirectory(remote.local("wide"));
    for (int i = 0; i < 1000; i++) {
      Files.createFile(remote.local("wide/f%04d".formatted(i)));
    }
    assertThat(directories.sorted("listdirAttr", remote.path("wide"))).hasSize(1000);
    try (Stream<FileInfo> entries = directories.list(remote.path("wide"))) {
      assertThat(entries.limit(10)).hasSize(10);
    }
    assertThat(directories.glob(remote.path("wide"), "f*99")).hasSize(10);
  }

  @Test
  void findsNothingBelowFilesAndMissingDirectories(ServerFolder remote) throws Exception {
    Files.writeString(remote.local("file"), "x");
    Files.createSymbolicLink(remote.local("link"), Path.of("file"));
    for (String pattern :
        List.of("*/x", "file/*", "file/x", "link/*", "none/*", "*/*", "file/**")) {
      assertThat(directories.glob(remote.path(), pattern)).as(pattern).isEmpty();
    }
  }

  @Test
  void removesTrees(ServerFolder remote) throws Exception {
    Trees.create(remote.local("tree"), 5, 300, 10);
    Trees.createAwkward(remote.local("tree/awkward"));
    Files.createDirectories(remote.local("kept/inside"));
    Files.createSymbolicLink(remote.local("tree/link"), remote.local("kept"));
    Files.createSymbolicLink(remote.local("top"), Path.of("kept"));
    directories.rmtree(remote.path("tree"));
    assertThat(remote.local("tree")).doesNotExist();
    assertThat(remote.local("kept/inside")).exists();
    assertThatThrownBy(() -> directories.rmtree(remote.path("top")))
        .isInstanceOf(NotADirectoryException.class);
    assertThatThrownBy(() -> directories.rmtree(remote.path("none")))
        .isInstanceOf(NoSuchPathException.class);
    assertThatThrownBy(() -> directories.rmtree("/.."))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void makesDirectories(ServerFolder remote) throws Exception {
    directories.makedirs(remote.path("a/b/c"), 0750);
    directories.makedirs(remote.path("a/b/c"), null);
    assertThat(remote.local("a/b/c")).isDirectory();
    assertThat(directories.sorted("listdirAttr", remote.path("a")).get(0).mode()).isEqualTo(750);
    Files.writeString(remote.local("file"), "x");
    assertThatThrownBy(() -> directories.makedirs(remote.path("file"), null))
        .isInstanceOf(PathExistsException.class);
    assertThatThrownBy(() -> directories.makedirs(remote.path("file/a/b"), null))
        .isInstanceOf(NotADirectoryException.class);
  }

  @Test
  void copiesAndDigestsFiles(ServerFolder remote) throws Exception {
    Path from = Trees.file(remote.local("from"), 1, 1_500_000);
    Files.writeString(remote.local("real"), "old");
    Files.createSymbolicLink(remote.local("link"), Path.of("real"));
    client.transfers().copy(remote.path("from"), remote.path("to"));
    client.transfers().copy(remote.path("from"), remote.path("link"));
    Trees.assertSameBytes(remote.local("to"), from);
    Trees.assertSameBytes(remote.local("real"), from);
    assertThat(Files.isSymbolicLink(remote.local("link"))).isTrue();
    assertThat(client.transfers().checksum(remote.path("to"), "SHA-256"))
        .isEqualTo(client.transfers().checksum(remote.path("from"), "SHA-256"))
        .hasSize(64);
    assertThat(remote.local().toFile().list()).hasSize(4);
    assertThatThrownBy(() -> client.transfers().copy(remote.path("from"), remote.path("none/to")))
        .isInstanceOf(NoSuchPathException.class)
        .satisfies(e -> assertThat(((IOException) e)).hasMessageContaining("none/to"));
  }
}
