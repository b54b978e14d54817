package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.OnError;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@OnEachServer
@Timeout(300)
class MoveTest {
  private static final TransferOptions MOVE = TransferOptions.builder().removeSource(true).build();
  private static final TransferOptions MOVE_ALL =
      MOVE.toBuilder().removeEmptyDirectories(true).build();

  @TempDir Path local;
  private Connection sftp;

  @BeforeEach
  void connect(TestServer server, ServerFolder remote) throws IOException {
    sftp = Connections.connect(server, remote);
  }

  @AfterEach
  void disconnect() {
    sftp.close();
  }

  @Test
  void leavesOneFileOnly(ServerFolder remote) throws IOException {
    Path big = Trees.file(local.resolve("big"), 1, 3_000_000);
    byte[] content = Files.readAllBytes(big);

    sftp.put(big, "big", MOVE);
    assertThat(names(local)).isEmpty();
    Trees.assertSameBytes(remote.local("big"), content);

    var verified = MOVE.toBuilder().verify(Verify.CONTENT).resume(true).build();
    assertThat(sftp.get("big", local, verified).bytes()).isEqualTo(3_000_000);
    assertThat(names(remote.local())).isEmpty();
    Trees.assertSameBytes(big, content);
  }

  @Test
  void movesTreesAndTheirEmptyDirectories(ServerFolder remote) throws IOException {
    tree(local.resolve("out"));

    sftp.putR(local.resolve("out"), "in", MOVE_ALL);
    assertThat(names(local.resolve("out"))).isEmpty();
    assertThat(names(remote.local("in"))).containsExactly("a", "d", "d/b", "d/e", "d/e/c", "empty");

    sftp.getR("in", local.resolve("back"), MOVE_ALL);
    assertThat(names(remote.local("in"))).isEmpty();
    assertThat(names(local.resolve("back")))
        .containsExactly("a", "d", "d/b", "d/e", "d/e/c", "empty");
  }

  @Test
  void keepsDirectoriesUnlessTheyAreToGo(ServerFolder remote) throws IOException {
    tree(local.resolve("out"));

    sftp.putR(local.resolve("out"), "in", MOVE);
    sftp.getR("in", local.resolve("back"), MOVE);

    assertThat(names(local.resolve("out"))).containsExactly("d", "d/e", "empty");
    assertThat(names(remote.local("in"))).containsExactly("d", "d/e", "empty");
  }

  @Test
  void movesTheFilesOfOneDirectory(ServerFolder remote) throws IOException {
    tree(local.resolve("out"));

    sftp.putD(local.resolve("out"), "in", MOVE_ALL);
    assertThat(names(local.resolve("out"))).containsExactly("d", "d/b", "d/e", "d/e/c", "empty");
    sftp.getD("in", local.resolve("back"), MOVE_ALL);

    assertThat(names(remote.local("in"))).isEmpty();
    assertThat(names(local.resolve("back"))).containsExactly("a");
  }

  @Test
  void keepsWhatIsNotCopied(ServerFolder remote) throws IOException {
    tree(local.resolve("out"));
    Files.createDirectories(remote.local("in"));
    Files.writeString(remote.local("in/a"), "there");

    var some = MOVE_ALL.toBuilder().existing(Existing.SKIP).filter(path -> !path.endsWith("b"));
    var result = sftp.putR(local.resolve("out"), "in", some.build());

    assertThat(result.skipped()).isEqualTo(1);
    assertThat(names(local.resolve("out"))).containsExactly("a", "d", "d/b", "empty");
    assertThat(names(remote.local("in"))).containsExactly("a", "d", "d/e", "d/e/c");
    assertThat(remote.local("in/a")).hasContent("there");
  }

  @Test
  void movesWhatIsUpToDate(ServerFolder remote) throws IOException {
    tree(local.resolve("out"));
    var update = MOVE.toBuilder().existing(Existing.UPDATE).build();
    sftp.putR(
        local.resolve("out"), "in", TransferOptions.builder().existing(Existing.UPDATE).build());

    assertThat(sftp.putR(local.resolve("out"), "in", update).transferred()).isEqualTo(3);

    assertThat(names(local.resolve("out"))).containsExactly("d", "d/e", "empty");
  }

  @Test
  void isOnlyPlannedByADryRun(ServerFolder remote) throws IOException {
    tree(local.resolve("out"));
    tree(remote.local("in"));

    var dry = MOVE_ALL.toBuilder().dryRun(true).build();
    assertThat(sftp.putR(local.resolve("out"), "new", dry).transferred()).isEqualTo(3);
    assertThat(sftp.getR("in", local.resolve("new"), dry).transferred()).isEqualTo(3);
    sftp.put(local.resolve("out/a"), "a", dry);
    sftp.get("in/a", local.resolve("a"), dry);

    assertThat(names(local)).hasSize(7);
    assertThat(names(remote.local())).hasSize(7);
  }

  @Test
  void removesLinksAndNotTheirTargets(ServerFolder remote) throws IOException {
    for (Path root : List.of(local, remote.local())) {
      Files.createDirectories(root.resolve("elsewhere"));
      Files.writeString(root.resolve("elsewhere/f"), "far");
      Files.createDirectories(root.resolve("out"));
      Files.createSymbolicLink(root.resolve("out/file"), Path.of("../elsewhere/f"));
      Files.createSymbolicLink(root.resolve("out/dir"), Path.of("../elsewhere"));
    }

    var up = sftp.putR(local.resolve("out"), "in", MOVE_ALL);
    var down = sftp.getR("out", local.resolve("in"), MOVE_ALL);

    for (Path root : List.of(local, remote.local())) {
      assertThat(root.resolve("elsewhere/f")).hasContent("far");
      assertThat(names(root.resolve("out"))).containsExactly("dir");
      assertThat(names(root.resolve("in"))).containsExactly("dir", "dir/f", "file");
    }
    assertThat(up.warnings())
        .containsExactly(
            local.resolve("out/dir/f") + ": copied but not removed: reached through a link");
    assertThat(down.warnings())
        .containsExactly(
            remote.path("out/dir/f") + ": copied but not removed: reached through a link");
  }

  @Test
  void movesLinksThemselves(ServerFolder remote) throws IOException {
    Files.createDirectories(local.resolve("out"));
    Files.createSymbolicLink(local.resolve("out/link"), Path.of("nowhere"));
    var links = MOVE.toBuilder().symlinks(Symlinks.COPY).build();

    sftp.putR(local.resolve("out"), "in", links);
    assertThat(names(local.resolve("out"))).isEmpty();
    assertThat(remote.local("in/link")).isSymbolicLink();
    sftp.getR("in", local.resolve("back"), links);

    assertThat(names(remote.local("in"))).isEmpty();
    assertThat(local.resolve("back/link")).isSymbolicLink();
  }

  private static Stream<TransferOptions> ofWritingOneself() {
    return Stream.of(
        MOVE,
        MOVE.toBuilder().preserveMtime(true).build(),
        MOVE.toBuilder().existing(Existing.UPDATE).build(),
        MOVE.toBuilder().existing(Existing.SKIP).build(),
        MOVE.toBuilder().atomic(false).preserveMtime(true).build(),
        MOVE.toBuilder().resume(true).preserveMtime(true).build(),
        MOVE.toBuilder().verify(Verify.CONTENT).preserveMtime(true).build());
  }

  @ParameterizedTest
  @MethodSource("ofWritingOneself")
  @Tag("long-on-mina")
  void neverRemovesTheOnlyFileWhereBothSidesAreTheSame(TransferOptions options, ServerFolder remote)
      throws IOException {
    var all = options.toBuilder().onError(OnError.CONTINUE).build();
    Path root = remote.local();
    Trees.file(Files.createDirectories(root.resolve("d")).resolve("f"), 1, 700_000);
    Files.writeString(root.resolve("d/small"), "small");
    Files.createSymbolicLink(root.resolve("link"), Path.of("d"));
    byte[] content = Files.readAllBytes(root.resolve("d/f"));

    for (String name : List.of("d/f", "d/small", "link/f", "d/../d/small")) {
      runIgnoringFailure(() -> sftp.get(name, root.resolve("d"), options));
      runIgnoringFailure(() -> sftp.get(name, root.resolve("link"), options));
      runIgnoringFailure(() -> sftp.put(root.resolve(name), "d", options));
      runIgnoringFailure(() -> sftp.put(root.resolve(name), remote.path("link"), options));
    }
    runIgnoringFailure(() -> sftp.getR("d", root.resolve("link"), all));
    runIgnoringFailure(() -> sftp.putR(root.resolve("link"), "d", all));

    Trees.assertSameBytes(root.resolve("d/f"), content);
    assertThat(root.resolve("d/small")).hasContent("small");
    assertThat(names(root.resolve("d"))).containsExactly("f", "small");
  }

  @Test
  void saysThatBothSidesAreTheSame(ServerFolder remote) throws IOException {
    Path file = Files.writeString(remote.local("f"), "text");

    assertThatThrownBy(() -> sftp.get("f", file, MOVE))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("/f: the source and the target are the same file");
    assertThatThrownBy(() -> sftp.put(file, "f", MOVE))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("/f: the source and the target are the same file");
  }

  @Test
  void renamesOnTheSameDiskIfTheNamesDiffer(ServerFolder remote) throws IOException {
    Files.writeString(remote.local("f"), "text");

    sftp.get("f", remote.local("g"), MOVE);
    sftp.put(remote.local("g"), "h", MOVE);

    assertThat(names(remote.local())).containsExactly("h");
  }

  @Test
  void movesFromServerToServer(TestServer server, ServerFolder remote) throws IOException {
    tree(remote.local("out"));
    try (var other = Connections.connect(server, remote)) {
      sftp.copyTo("out/a", other, "in/a", MOVE.toBuilder().createParents(true).build());
      sftp.copyToR("out", other, "in", MOVE_ALL.toBuilder().doneFile("{name}.ok").build());
    }

    assertThat(names(remote.local("out"))).isEmpty();
    assertThat(names(remote.local("in")))
        .containsExactly("a", "d", "d/b", "d/b.ok", "d/e", "d/e/c", "d/e/c.ok", "empty");
  }

  @Test
  void isRefusedForStreams(ServerFolder remote) throws IOException {
    Files.writeString(remote.local("f"), "text");

    assertThatThrownBy(() -> sftp.get("f", new ByteArrayOutputStream(), MOVE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("removeSource(true) needs a file at both ends, not a stream");
    assertThatThrownBy(() -> sftp.put(new ByteArrayInputStream(new byte[1]), "g", MOVE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(names(remote.local())).containsExactly("f");
  }

  /** A transfer that may fail. */
  private interface Attempt {
    void run() throws IOException;
  }

  private static void runIgnoringFailure(Attempt attempt) throws IOException {
    try {
      attempt.run();
    } catch (TransferException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  private static void tree(Path root) throws IOException {
    Files.createDirectories(root.resolve("d/e"));
    Files.createDirectories(root.resolve("empty"));
    Files.writeString(root.resolve("a"), "a");
    Files.writeString(root.resolve("d/b"), "bb");
    Files.writeString(root.resolve("d/e/c"), "ccc");
  }

  private static List<String> names(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      return paths
          .map(path -> root.relativize(path).toString())
          .filter(name -> !name.isEmpty())
          .sorted()
          .toList();
    }
  }
}
