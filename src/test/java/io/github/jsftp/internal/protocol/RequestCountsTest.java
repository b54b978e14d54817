package io.github.jsftp.internal.protocol;

import static io.github.jsftp.testing.SftpType.CLOSE;
import static io.github.jsftp.testing.SftpType.EXTENDED;
import static io.github.jsftp.testing.SftpType.FSETSTAT;
import static io.github.jsftp.testing.SftpType.FSTAT;
import static io.github.jsftp.testing.SftpType.LSTAT;
import static io.github.jsftp.testing.SftpType.MKDIR;
import static io.github.jsftp.testing.SftpType.OPEN;
import static io.github.jsftp.testing.SftpType.OPENDIR;
import static io.github.jsftp.testing.SftpType.READ;
import static io.github.jsftp.testing.SftpType.READDIR;
import static io.github.jsftp.testing.SftpType.REALPATH;
import static io.github.jsftp.testing.SftpType.REMOVE;
import static io.github.jsftp.testing.SftpType.RMDIR;
import static io.github.jsftp.testing.SftpType.SETSTAT;
import static io.github.jsftp.testing.SftpType.STAT;
import static io.github.jsftp.testing.SftpType.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The requests that each operation sends. Whoever adds one must say why. */
@Timeout(300)
class RequestCountsTest {
  private static final int DIRECTORIES = 3;
  private static final int FILES = 15;

  /**
   * A directory whose entries fit into one reply. The request for its end is sent ahead, with the
   * first.
   */
  private static final int READDIRS = 5;

  private static final TransferOptions MIRROR =
      TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true).build();

  @TempDir Path local;
  private ScriptedSftp script;
  private HostileServer server;

  private interface Action {
    void on(Connection sftp) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    script =
        new ScriptedSftp()
            .extension("posix-rename@openssh.com", "1")
            .file("/small", Trees.bytes(1, 1024))
            .file("/big", Trees.bytes(2, 100_000))
            .file("/empty-file", "")
            .directory("/empty");
    for (int i = 0; i < FILES; i++) {
      script.file("/tree" + (i % DIRECTORIES == 0 ? "" : "/dir" + i % DIRECTORIES) + "/f" + i, "x");
    }
    server = HostileServer.start(script);
    Files.write(local.resolve("small"), Trees.bytes(1, 1024));
  }

  @AfterEach
  void stop() {
    try {
      server.server().awaitIdle();
    } finally {
      server.close();
    }
  }

  /** Returns the requests of an action on an open connection. */
  private Map<SftpType, Integer> requests(Action action) throws IOException {
    try (var sftp = Connection.connect(Connections.options(server.server()).build())) {
      sftp.lstat("/"); // opens the channel for single requests
      return requests(sftp, action);
    }
  }

  private Map<SftpType, Integer> requests(Connection sftp, Action action) throws IOException {
    for (int i = 0; i < 50; i++) {
      sftp.readBytes(
          "/empty-file"); // until a reply has been fast: a distant server gets more requests
    }
    awaitTheLastClose();
    script.resetCounts();
    action.on(sftp);
    awaitTheLastClose();
    return script.counts();
  }

  private void awaitTheLastClose() {
    Eventually.until("all has been closed", () -> script.openHandles() == 0);
  }

  static Stream<Arguments> singleRequests() {
    return Stream.of(
        one("stat", sftp -> sftp.stat("/small"), STAT),
        one("lstat", sftp -> sftp.lstat("/small"), LSTAT),
        one("exists", sftp -> sftp.exists("/none"), STAT),
        one("lexists", sftp -> sftp.lexists("/small"), LSTAT),
        one("isDir", sftp -> sftp.isDir("/small"), STAT),
        one("mkdir", sftp -> sftp.mkdir("/new"), MKDIR),
        one("rmdir", sftp -> sftp.rmdir("/empty"), RMDIR),
        one("remove", sftp -> sftp.remove("/small"), REMOVE),
        one("replace", sftp -> sftp.replace("/small", "/big"), EXTENDED),
        one("chmod", sftp -> sftp.chmod("/small", 600), SETSTAT),
        one("chdir", sftp -> sftp.chdir("/empty"), STAT));
  }

  private static Arguments one(String name, Action action, SftpType type) {
    return arguments(name, action, type);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("singleRequests")
  void usesOneRequest(String name, Action action, SftpType type) throws IOException {
    assertThat(requests(action)).isEqualTo(Map.of(type, 1));
  }

  @Test
  void downloadsASmallFileWithFour() throws IOException {
    var four = Map.of(OPEN, 1, READ, 1, FSTAT, 1, CLOSE, 1);
    assertThat(requests(sftp -> sftp.get("/small", local.resolve("small")))).isEqualTo(four);
    assertThat(requests(sftp -> sftp.get("/small", new ByteArrayOutputStream()))).isEqualTo(four);
    assertThat(requests(sftp -> sftp.readBytes("/small"))).isEqualTo(four);
  }

  @Test
  void readsTheStartOfALargerFileTwice() throws IOException {
    // Its size is requested together with its first block, and then three more blocks.
    assertThat(requests(sftp -> sftp.get("/big", local.resolve("big"))))
        .isEqualTo(Map.of(OPEN, 1, READ, 5, FSTAT, 2, CLOSE, 1));
  }

  @Test
  void uploadsASmallFileWithSix() throws IOException {
    assertThat(requests(sftp -> sftp.put(local.resolve("small"), "/new")))
        .isEqualTo(Map.of(LSTAT, 1, OPEN, 1, WRITE, 1, FSTAT, 1, CLOSE, 1, EXTENDED, 1));
  }

  @Test
  void replacesASmallFileWithOneMoreForItsMode() throws IOException {
    assertThat(requests(sftp -> sftp.put(local.resolve("small"), "/small")))
        .isEqualTo(
            Map.of(LSTAT, 1, OPEN, 1, WRITE, 1, FSETSTAT, 1, FSTAT, 1, CLOSE, 1, EXTENDED, 1));
  }

  @Test
  void listsADirectoryAndNoMore() throws IOException {
    assertThat(requests(sftp -> sftp.listdirAttr("/tree")))
        .isEqualTo(Map.of(OPENDIR, 1, READDIR, READDIRS, CLOSE, 1));
  }

  /** The requests that list the tree, from the top down. */
  private static Map<SftpType, Integer> walk() {
    return Map.of(
        STAT,
        1, // the type of the top directory, and its real path
        REALPATH,
        1,
        LSTAT,
        1,
        OPENDIR,
        DIRECTORIES,
        READDIR,
        DIRECTORIES * READDIRS,
        CLOSE,
        DIRECTORIES);
  }

  @Test
  void walksATreeWithItsListings() throws IOException {
    assertThat(requests(sftp -> sftp.walkTree("/tree", f -> {}, d -> {}, o -> {})))
        .isEqualTo(walk());
  }

  @Test
  void downloadsATreeWithItsListingsAndFourForEachFile() throws IOException {
    var expected = new HashMap<>(walk());
    Map.of(OPEN, FILES, READ, FILES, FSTAT, FILES, CLOSE, FILES)
        .forEach((type, count) -> expected.merge(type, count, Integer::sum));
    assertThat(requests(sftp -> sftp.getR("/tree", local.resolve("tree")))).isEqualTo(expected);
  }

  @Test
  void uploadsATreeWithFiveForEachFileAndOneForEachDirectory() throws IOException {
    Path tree = local.resolve("tree");
    try (var sftp = Connection.connect(Connections.options(server.server()).build())) {
      sftp.getR("/tree", tree);
      assertThat(requests(sftp, open -> open.putR(tree, "/new")))
          .isEqualTo(
              Map.of(
                  STAT, 1,
                  MKDIR, DIRECTORIES,
                  OPEN, FILES,
                  WRITE, FILES,
                  FSTAT, FILES,
                  CLOSE, FILES,
                  EXTENDED, FILES));
    }
  }

  @Test
  void mirrorsAnUnchangedTreeWithItsListings() throws IOException {
    Path tree = local.resolve("tree");
    try (var sftp = Connection.connect(Connections.options(server.server()).build())) {
      sftp.getR("/tree", tree, MIRROR);
      assertThat(requests(sftp, open -> open.getR("/tree", tree, MIRROR))).isEqualTo(walk());
      var listings = new HashMap<>(walk());
      listings.keySet().removeAll(Set.of(REALPATH, LSTAT));
      assertThat(requests(sftp, open -> open.putR(tree, "/tree", MIRROR))).isEqualTo(listings);
    }
  }
}
