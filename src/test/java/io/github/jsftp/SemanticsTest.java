package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guarantees that concern more than one method, tested through the public API. */
@OnEachServer
class SemanticsTest {
  private static final int OPEN_EXCLUSIVE = 0x20;
  private static final int PERMISSION_DENIED = 3;
  private static final int FAILURE = 4;
  private static final int UNSUPPORTED = 8;

  @TempDir Path local;

  @Test
  void findsNothingBelowAFileNorBehindALoop(TestServer server, ServerFolder folder)
      throws IOException {
    Files.createFile(folder.local("f"));
    Files.createSymbolicLink(folder.local("loop"), Path.of("loop"));
    try (var sftp = Connections.connect(server, folder)) {
      for (String path : new String[] {"f/x", "f/x/y"}) {
        assertThat(sftp.exists(path)).as(path).isFalse();
        assertThat(sftp.lexists(path)).as(path).isFalse();
        assertThat(sftp.isFile(path)).as(path).isFalse();
        assertThat(sftp.isDir(path)).as(path).isFalse();
        assertThat(sftp.isLink(path)).as(path).isFalse();
      }
      assertThat(sftp.exists("loop")).isFalse();
      assertThat(sftp.lexists("loop")).isTrue();
      assertThat(sftp.isLink("loop")).isTrue();
    }
  }

  @Test
  void putsAFileIntoADirectoryAsGetDoes(TestServer server, ServerFolder folder) throws IOException {
    Files.createDirectory(folder.local("dir"));
    Files.createSymbolicLink(folder.local("link"), Path.of("dir"));
    try (var sftp = Connections.connect(server, folder)) {
      for (String to : new String[] {"dir", "dir/", "dir/.", "link"}) {
        Path file = Files.writeString(local.resolve("a"), "by way of " + to);
        assertThat(sftp.put(file, to).target()).endsWith("/a");
        assertThat(folder.local("dir/a")).hasContent("by way of " + to);
      }
      assertThat(sftp.put(local.resolve("a"), "dir").target()).isEqualTo(folder.path("dir/a"));
      assertThatThrownBy(() -> sftp.put(local.resolve("a"), "none/"))
          .isInstanceOf(NoSuchPathException.class);
    }
    assertThat(folder.local().toFile().list()).containsExactlyInAnyOrder("dir", "link");
  }

  @Test
  void usesTheWorkingDirectoryWhereNoOtherIsNamed(TestServer server, ServerFolder folder)
      throws IOException {
    var fail = TransferOptions.builder().existing(Existing.FAIL).build();
    Path file = Files.writeString(local.resolve("a"), "text");
    try (var sftp = Connections.connect(server, folder)) {
      sftp.mkdir("dir");
      try (var dir = sftp.cd("dir");
          var entries = sftp.list()) {
        assertThat(entries).isEmpty();
        assertThat(sftp.put(file, fail).target()).isEqualTo(folder.path("dir/a"));
        assertThatThrownBy(() -> sftp.put(file, fail)).isInstanceOf(PathExistsException.class);
      }
      try (var entries = sftp.list()) {
        assertThat(entries.map(FileInfo::name)).containsExactly("dir");
      }
      var dryRun = TransferOptions.builder().dryRun(true).build();
      assertThat(sftp.get("dir/a", dryRun).target()).isEqualTo("a");
      assertThat(Path.of("a")).doesNotExist();
    }
  }

  @Test
  void returnsEqualAttributesHoweverTheyAreRead(TestServer server, ServerFolder folder)
      throws IOException {
    Files.writeString(folder.local("a"), "text");
    try (var sftp = Connections.connect(server, folder);
        var walk = sftp.walk("a")) {
      FileInfo entry = sftp.stat("a");
      assertThat(sftp.lstat("a")).isEqualTo(entry);
      assertThat(sftp.listdirAttr()).containsExactly(entry);
      assertThat(sftp.glob("?")).containsExactly(entry);
      assertThat(walk).containsExactly(entry);
    }
  }

  @ParameterizedTest
  @CsvSource({"FAIL, true", "FAIL, false", "SKIP, true", "SKIP, false"})
  void createsFilesThatMustBeNew(
      Existing existing, boolean atomic, TestServer server, ServerFolder folder)
      throws IOException {
    var options = TransferOptions.builder().existing(existing).atomic(atomic).build();
    Path file = Files.writeString(local.resolve("a"), "text");
    Path copy = local.resolve("b");
    try (var sftp = Connections.connect(server, folder)) {
      assertThat(sftp.put(file, "f", options).bytes()).isEqualTo(4);
      assertThat(sftp.get("f", copy, options).bytes()).isEqualTo(4);
      Files.writeString(file, "other");
      if (existing == Existing.SKIP) {
        assertThat(sftp.put(file, "f", options).skipped()).isTrue();
        assertThat(sftp.get("f", copy, options).skipped()).isTrue();
      } else {
        assertThatThrownBy(() -> sftp.put(file, "f", options))
            .isInstanceOf(PathExistsException.class);
        assertThatThrownBy(() -> sftp.get("f", copy, options))
            .isInstanceOf(FileAlreadyExistsException.class);
      }
    }
    assertThat(folder.local("f")).hasContent("text");
    assertThat(copy).hasContent("text");
    assertThat(folder.local().toFile().list()).containsExactly("f");
    assertThat(local.toFile().list()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  @Tag("long-on-openssh")
  void neverTakesDeniedForMissing() throws IOException {
    var script = new ScriptedSftp();
    var denied = HostileReplies.status(PERMISSION_DENIED, "Permission denied");
    script.onEvery(SftpType.STAT, denied).onEvery(SftpType.LSTAT, denied);
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      assertThatThrownBy(() -> sftp.exists("f")).isInstanceOf(PermissionDeniedException.class);
      assertThatThrownBy(() -> sftp.lexists("f")).isInstanceOf(PermissionDeniedException.class);
      assertThatThrownBy(() -> sftp.isDir("f")).isInstanceOf(PermissionDeniedException.class);
      assertThatThrownBy(() -> sftp.isFile("f")).isInstanceOf(PermissionDeniedException.class);
      assertThatThrownBy(() -> sftp.isLink("f")).isInstanceOf(PermissionDeniedException.class);
    }
  }

  @Test
  @Tag("long-on-openssh")
  void takesAServerThatTellsNothingAtItsWord() throws IOException {
    ScriptedSftp.Answer nothing =
        (request, channel) ->
            channel.packet(
                SftpType.ATTRS.code(), ByteBuffer.allocate(8).putInt(request.id()).array());
    var script = new ScriptedSftp();
    script.onEvery(SftpType.STAT, nothing).onEvery(SftpType.LSTAT, nothing);
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      assertThat(sftp.exists("/d/f")).isTrue();
      assertThat(sftp.lexists("/d/f")).isTrue();
      assertThat(sftp.isFile("/d/f")).isFalse();
    }
  }

  @Test
  void leavesTheRemoteFileAloneWhenAnUploadIsCut(TestServer server, ServerFolder folder)
      throws Exception {
    Files.writeString(folder.local("old"), "old");
    Path big = Trees.file(local.resolve("big"), 1, 8_000_000);
    for (String name : new String[] {"old", "new"}) {
      try (var proxy = FaultProxy.to(server);
          var sftp =
              Connection.connect(
                  Connections.options(server, proxy.port())
                      .defaultPath(folder.path())
                      .reconnect(false)
                      .build())) {
        proxy.cutAfter(FaultProxy.Direction.UP, 2_000_000);
        assertThatThrownBy(() -> sftp.put(big, name)).isInstanceOf(ConnectionException.class);
      }
    }
    assertThat(folder.local("old")).hasContent("old");
    assertThat(folder.local("new")).doesNotExist();
    for (String left : folder.partFiles()) { // they can not be deleted on a lost connection
      Files.delete(folder.local(left));
    }
  }

  @Test
  @Tag("long-on-openssh")
  void saysWhatToDoWhereADirectoryAllowsNoNewNames() throws IOException {
    var script = new ScriptedSftp().file("/d/f", "old");
    try (var server = HostileServer.start(refusingNewNames(script));
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      assertThatThrownBy(() -> sftp.writeString("/d/f", "new"))
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageStartingWith("writeString /d/f: permission denied: ")
          .hasMessageContaining("the directory allows no new names; atomic(false) writes in place");

      Path file = Files.writeString(local.resolve("f"), "new");
      sftp.put(file, "/d/f", TransferOptions.builder().atomic(false).build());
      assertThat(script.content("/d/f")).asString().isEqualTo("new");
    }
  }

  @Test
  @Tag("long-on-openssh")
  void keepsTheOldFileOnAServerThatRefusesToRename() throws IOException {
    for (int status : new int[] {PERMISSION_DENIED, FAILURE, UNSUPPORTED}) {
      var script = new ScriptedSftp().file("/d/f", "old");
      script.onEvery(SftpType.RENAME, HostileReplies.status(status, ""));
      try (var server = HostileServer.start(script);
          var sftp = Connection.connect(Connections.options(server.server()).build())) {
        assertThatThrownBy(() -> sftp.writeString("/d/f", "new"))
            .isInstanceOf(SftpException.class)
            .hasMessageStartingWith("writeString /d/f: ");

        assertThat(script.content("/d/f")).asString().isEqualTo("old");
        assertThat(script.names("/d")).containsExactly("f");
      }
    }
  }

  @Test
  @Tag("long-on-openssh")
  void bringsTheOldFileBackWhenItsSuccessorIsRefused() throws IOException {
    var script = new ScriptedSftp().file("/d/f", "old");
    script.on(SftpType.RENAME, 3, HostileReplies.status(FAILURE, "Failure"));
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      assertThatThrownBy(() -> sftp.writeString("/d/f", "new")).isInstanceOf(SftpException.class);

      assertThat(script.content("/d/f")).asString().isEqualTo("old");
      assertThat(script.names("/d")).containsExactly("f");
    }
  }

  @Test
  @Tag("long-on-openssh")
  void tellsWhereTheOldFileIsWhenItCannotBeBroughtBack() throws IOException {
    var script = new ScriptedSftp().file("/d/f", "old");
    script.on(SftpType.RENAME, 3, HostileReplies.status(FAILURE, "Failure"));
    script.on(SftpType.RENAME, 4, HostileReplies.status(FAILURE, "Failure"));
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      assertThatThrownBy(() -> sftp.writeString("/d/f", "new"))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("; the earlier target is now /d/.f.jsftp-");

      String aside = script.names("/d").get(0);
      assertThat(aside).matches("\\.f\\.jsftp-\\w{8}\\.old");
      assertThat(script.content("/d/" + aside)).asString().isEqualTo("old");
    }
  }

  @Test
  @Tag("long-on-openssh")
  void replacesWithoutThePosixExtension() throws IOException {
    var script = new ScriptedSftp().file("/d/f", "old");
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      sftp.writeString("/d/f", "new");

      assertThat(script.content("/d/f")).asString().isEqualTo("new");
      assertThat(script.names("/d")).containsExactly("f");
    }
  }

  @Test
  @Tag("long-on-openssh")
  void warnsOfRefusedAttributesInTheSameWordsEachTime() throws IOException {
    var script = new ScriptedSftp().directory("/d");
    script.onEvery(
        SftpType.FSETSTAT, HostileReplies.status(PERMISSION_DENIED, "Permission denied"));
    Path file = Files.writeString(local.resolve("f"), "text");
    var options = TransferOptions.builder().preserveMtime(true).build();
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      var result = sftp.put(file, "/d/f", options);

      assertThat(script.content("/d/f")).asString().isEqualTo("text");
      assertThat(result.warnings())
          .singleElement()
          .asString()
          .isEqualTo(
              "/d/f: attributes not set: permission denied [SSH_FX_PERMISSION_DENIED, %s]", sftp);
      assertThat(sftp.put(file, "/d/f", options).warnings()).isEqualTo(result.warnings());
    }
  }

  @Test
  void warnsOfTimesThatSftpCannotSay(TestServer server, ServerFolder folder) throws IOException {
    Path file = Files.writeString(local.resolve("f"), "text");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1960-01-01T00:00:00Z")));
    try (var sftp = Connections.connect(server, folder)) {
      var result = sftp.put(file, "f", TransferOptions.builder().preserveMtime(true).build());

      assertThat(folder.local("f")).hasContent("text");
      assertThat(result.warnings())
          .containsExactly(
              folder.path("f")
                  + ": attributes not set: SFTP version 3 supports times from 1970 to 2106, not"
                  + " 1960-01-01T00:00:00Z ["
                  + sftp
                  + "]");
    }
  }

  @Test
  void setsModesBesideTimesThatSftpCannotSay(TestServer server, ServerFolder folder)
      throws IOException {
    var longAgo = FileTime.from(Instant.parse("1960-01-01T00:00:00Z"));
    Path dir = Files.createDirectory(local.resolve("dir"));
    Path file = Files.writeString(dir.resolve("f"), "text");
    Files.setLastModifiedTime(file, longAgo);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    Files.setLastModifiedTime(dir, longAgo);
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxrwxr-x"));
    var tree = TransferOptions.builder().preserveMtime(true).preserveMode(true).build();
    var single = TransferOptions.builder().preserveMtime(true).mode(600).build();
    try (var sftp = Connections.connect(server, folder)) {
      assertThat(sftp.putR(local, "tree", tree).warnings()).hasSize(2);
      assertThat(sftp.put(file, "f", single).warnings()).hasSize(1);

      assertThat(sftp.stat("tree/dir").mode()).isEqualTo(775);
      assertThat(sftp.stat("tree/dir/f").mode()).isEqualTo(664);
      assertThat(sftp.stat("f").mode()).isEqualTo(600);
    }
  }

  @Test
  @EnabledOnServer(
      value = TestServer.Kind.OPENSSH,
      reason = "MINA ends the channel instead of telling a time after 2038")
  void keepsTimesAfter2038InListingsAndCopies(TestServer server, ServerFolder folder)
      throws IOException {
    var late = Instant.parse("2105-06-07T08:09:10Z");
    Files.createFile(folder.local("f"));
    Files.setLastModifiedTime(folder.local("f"), FileTime.from(late));
    var options = TransferOptions.builder().preserveMtime(true).build();
    try (var sftp = Connections.connect(server, folder)) {
      assertThat(sftp.listdirAttr().get(0).modified()).isEqualTo(late);
      sftp.get("f", local, options);
      sftp.put(local.resolve("f"), "g", options);

      assertThat(Files.getLastModifiedTime(local.resolve("f")).toInstant()).isEqualTo(late);
      assertThat(Files.getLastModifiedTime(folder.local("g")).toInstant()).isEqualTo(late);
    }
  }

  @Test
  @Tag("long-on-mina")
  void letsTheJvmEndWhenAConnectionIsForgotten(TestServer server, ServerFolder folder)
      throws Exception {
    var process =
        new ProcessBuilder(
                ChildJvm.command(
                    List.of("-Xmx64m"),
                    Forgetful.class.getName(),
                    List.of(
                        server.host(),
                        Integer.toString(server.port()),
                        server.username(),
                        server.privateKey().toString(),
                        server.knownHosts().toString(),
                        folder.path())))
            .redirectErrorStream(true)
            .redirectOutput(local.resolve("output").toFile())
            .start();
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("it ends unaided").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(local.resolve("output")).content().endsWith("forgotten" + System.lineSeparator());
    assertThat(process.exitValue()).isZero();
  }

  /** Uses every kind of thread of a connection, and closes nothing. */
  static final class Forgetful {
    private Forgetful() {}

    public static void main(String... where) throws IOException {
      var sftp =
          Connection.connect(
              ConnectionOptions.builder(where[0])
                  .port(Integer.parseInt(where[1]))
                  .username(where[2])
                  .privateKey(Path.of(where[3]))
                  .knownHosts(Path.of(where[4]))
                  .defaultPath(where[5])
                  .build());
      sftp.writeString("f", "text");
      sftp.get("f", Files.createTempFile("jsftp-", ".tmp"));
      sftp.stat("f");
      sftp.execute("true");
      sftp.open("f");
      System.out.println("forgotten");
    }
  }

  private static ScriptedSftp refusingNewNames(ScriptedSftp script) {
    return script.onEvery(
        SftpType.OPEN,
        (request, channel) -> {
          var copy = request.rewound();
          copy.string();
          if ((copy.uint32() & OPEN_EXCLUSIVE) != 0) {
            channel.status(request.id(), PERMISSION_DENIED, "Permission denied");
          } else {
            script.usual(request, channel);
          }
        });
  }
}
