package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TreeResult;
import io.github.jsftp.VerificationException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mirrors of unusual sources and to servers and file systems with restrictions. */
@OnEachServer
@Timeout(300)
class MirrorEdgeCasesTest {
  private static final TransferOptions MIRROR =
      TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true).build();

  @TempDir Path local;

  @Test
  void refusesAFilterThatMatchesNothing(TestServer server, ServerFolder folder) throws Exception {
    Trees.create(local.resolve("from"), 1, 10, 100);
    Trees.create(folder.local("t"), 2, 10, 100);
    var before = Trees.describe(folder.local("t"));
    var options = MIRROR.toBuilder().filter("*.none").build();
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.putR(local.resolve("from"), "t", options))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("has nothing to copy")
          .hasMessageContaining("allowEmptySource(true)");
      assertThat(Trees.describe(folder.local("t"))).isEqualTo(before);
    }
  }

  @Test
  void copiesNothingIfTheFilterMatchesNothing(TestServer server, ServerFolder folder)
      throws Exception {
    Trees.create(local.resolve("from"), 1, 10, 100);
    Trees.create(folder.local("from"), 2, 10, 100);
    var options = TransferOptions.builder().filter("*.none").build();
    try (var sftp = Connections.connect(server, folder)) {
      var up = sftp.putR(local.resolve("from"), "up", options);
      var down = sftp.getR("from", local.resolve("down"), options);
      for (var result : new TreeResult[] {up, down}) {
        assertThat(result.transferred()).isZero();
        assertThat(result.failed()).isZero();
      }
    }
    assertThat(folder.local("up")).isEmptyDirectory();
    assertThat(local.resolve("down")).isEmptyDirectory();
  }

  @Test
  void changesNothingIfADirectoryIsMirroredOntoItself(TestServer server, ServerFolder folder)
      throws Exception {
    Path both = folder.local("both");
    Trees.create(both, 1, 30, 1_000);
    var before = Trees.describe(both);
    try (var sftp = Connections.connect(server, folder)) {
      for (TransferOptions options : new TransferOptions[] {MIRROR, TransferOptions.defaults()}) {
        sftp.putR(both, "both", options);
        sftp.getR("both", both, options);
        assertThat(Trees.describe(both)).isEqualTo(before);
      }
    }
  }

  /** The client can't know whether the server is the same machine, but the call must end. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void losesNoContentIfADirectoryIsMirroredIntoASubdirectory(
      boolean up, TestServer server, ServerFolder folder) throws Exception {
    Path both = folder.local("both");
    Trees.create(both, 1, 30, 1_000);
    Path child = Files.createDirectory(both.resolve("child"));
    Files.writeString(child.resolve("of-its-own"), "of its own");
    var before = Trees.describe(both);
    try (var sftp = Connections.connect(server, folder)) {
      if (up) {
        sftp.putR(both, "both/child", MIRROR);
      } else {
        sftp.getR("both", child, MIRROR);
      }
    }
    var after = Trees.describe(both);
    assertThat(after.remove("child/child/of-its-own")).isEqualTo(before.get("child/of-its-own"));
    before.remove("child/of-its-own");
    assertThat(after).containsAllEntriesOf(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void movesADirectoryThatIsMirroredIntoItsParent(
      boolean up, TestServer server, ServerFolder folder) throws Exception {
    Path above = folder.local("above");
    Path source = above.resolve("source");
    Trees.create(source, 1, 30, 1_000);
    Files.writeString(above.resolve("other"), "extraneous");
    var before = Trees.describe(source);
    try (var sftp = Connections.connect(server, folder)) {
      if (up) {
        sftp.putR(source, "above", MIRROR);
      } else {
        sftp.getR("above/source", above, MIRROR);
      }
    }
    assertThat(Trees.describe(above)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {-2, 2})
  void worksWithAnyServerClock(long days, TestServer server, ServerFolder folder) throws Exception {
    // The only effect of a wrong clock is the modification time of files that the server writes.
    var stamped = Instant.now().plus(Duration.ofDays(days));
    Path from = folder.local("from");
    Trees.create(from, 1, 20, 1_000);
    setTimes(from, stamped);
    try (var sftp = Connections.connect(server, folder)) {
      assertThat(sftp.getR("from", local.resolve("here"), MIRROR).transferred()).isEqualTo(20);
      assertThat(sftp.getR("from", local.resolve("here"), MIRROR).transferred()).isZero();
      assertThat(sftp.putR(local.resolve("here"), "back", MIRROR).transferred()).isEqualTo(20);
      assertThat(sftp.putR(local.resolve("here"), "back", MIRROR).transferred()).isZero();
      // A recent change with the time of the other clock and the same size.
      Path changed = firstFile(local.resolve("here"));
      byte[] bytes = Trees.bytes(9, (int) Files.size(changed));
      Files.write(changed, bytes);
      assertThat(sftp.putR(local.resolve("here"), "back", MIRROR).transferred()).isEqualTo(1);
    }
    Trees.assertEqual(folder.local("back"), local.resolve("here"));
  }

  private static Path firstFile(Path dir) throws IOException {
    try (var paths = Files.walk(dir)) {
      return paths
          .filter(path -> Files.isRegularFile(path) && path.toFile().length() > 0)
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  private static void setTimes(Path dir, Instant time) throws IOException {
    try (Stream<Path> paths = Files.walk(dir)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.setLastModifiedTime(path, FileTime.from(time));
      }
    }
  }

  /** A file system that stores times with a resolution of two seconds, as FAT does. */
  private static final class TwoSecondResolution implements SftpFileSystemAccessor {
    @Override
    public void setFileAttribute(
        SftpSubsystemProxy sftp,
        Path file,
        String view,
        String attribute,
        Object value,
        LinkOption... options)
        throws IOException {
      Object kept = value;
      if (value instanceof FileTime time) {
        kept = FileTime.fromMillis(time.toMillis() / 2000 * 2000);
      }
      SftpFileSystemAccessor.super.setFileAttribute(sftp, file, view, attribute, kept, options);
    }
  }

  @Test
  @Tag("long-on-openssh")
  void toleratesAFileSystemWithAResolutionOfTwoSeconds() throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 1, 20, 1_000);
    setTimes(from, Instant.ofEpochSecond(1_700_000_001));
    try (var even =
            MinaServer.start(
                mina ->
                    ((SftpSubsystemFactory) mina.getSubsystemFactories().get(0))
                        .setFileSystemAccessor(new TwoSecondResolution()));
        var sftp = Connection.connect(Connections.options(even).build())) {
      String to = even.home() + "/t";
      assertThat(sftp.putR(from, to, MIRROR).transferred()).isEqualTo(20);
      assertThat(Files.getLastModifiedTime(firstFile(Path.of(to))).toInstant())
          .isEqualTo(Instant.ofEpochSecond(1_700_000_000));
      var tolerant = MIRROR.toBuilder().mtimeTolerance(Duration.ofSeconds(2)).build();
      assertThat(sftp.putR(from, to, tolerant).transferred()).isZero();
      assertThat(sftp.getR(to, from, tolerant).transferred()).isZero();
      assertThat(sftp.putR(from, to, MIRROR).transferred()).isEqualTo(20);
    }
  }

  private interface Restriction {
    void apply(ScriptedSftp script);
  }

  /** Mirrors a tree of two files to a target with an outdated and an extraneous file. */
  private TreeResult mirrored(ScriptedSftp script, Restriction restriction) throws IOException {
    Path from = Files.createDirectories(local.resolve("from"));
    Files.writeString(from.resolve("a"), "new a");
    Files.writeString(from.resolve("b"), "new b");
    script.file("/t/a", "old").file("/t/c", "old");
    restriction.apply(script);
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      return sftp.putR(from, "/t", MIRROR);
    }
  }

  private static Map<String, String> contents(ScriptedSftp script) {
    var found = new HashMap<String, String>();
    for (String name : script.names("/t")) {
      found.put(
          name, new String(script.content("/t/" + name), java.nio.charset.StandardCharsets.UTF_8));
    }
    return found;
  }

  @Test
  @Tag("long-on-openssh")
  void warnsIfTimesCanNotBeSet() throws Exception {
    var script = new ScriptedSftp();
    var result =
        mirrored(
            script,
            it -> {
              it.onEvery(SftpType.SETSTAT, HostileReplies.status(8, "no"));
              it.onEvery(SftpType.FSETSTAT, HostileReplies.status(8, "no"));
            });
    assertThat(result.transferred()).isEqualTo(2);
    assertThat(result.deleted()).isEqualTo(1);
    assertThat(result.warnings()).isNotEmpty();
    assertThat(contents(script)).isEqualTo(Map.of("a", "new a", "b", "new b"));
  }

  @Test
  @Tag("long-on-openssh")
  void worksWithoutFstatAndPosixRename() throws Exception {
    var script = new ScriptedSftp();
    var result =
        mirrored(script, it -> it.onEvery(SftpType.FSTAT, HostileReplies.status(8, "unsupported")));
    assertThat(result.transferred()).isEqualTo(2);
    assertThat(contents(script)).isEqualTo(Map.of("a", "new a", "b", "new b"));
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      int asked = script.count(SftpType.FSTAT);
      assertThat(sftp.getR("/t", local.resolve("to"), MIRROR).transferred()).isEqualTo(2);
      assertThat(script.count(SftpType.FSTAT)).isGreaterThan(asked);
    }
    Trees.assertEqual(local.resolve("to"), local.resolve("from"));
  }

  @Test
  @Tag("long-on-openssh")
  void deletesNothingIfTheServerMovesFilesAway() {
    var script = new ScriptedSftp();
    assertThatThrownBy(() -> mirrored(script, ScriptedSftp::vanishOnClose))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("the server has moved the file away");
    assertThat(contents(script)).isEqualTo(Map.of("a", "old", "c", "old"));
  }
}
