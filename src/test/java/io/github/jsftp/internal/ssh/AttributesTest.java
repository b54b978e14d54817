package io.github.jsftp.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.StatVfs;
import io.github.jsftp.TransferException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

@OnEachServer
class AttributesTest {

  @Test
  void acceptsAnySpellingOfADirectory(TestServer server, ServerFolder folder) throws IOException {
    Files.createDirectory(folder.local("dir"));
    Files.createFile(folder.local("dir/file"));
    try (var sftp = Connections.connect(server, folder)) {
      for (String path : List.of("dir", "dir/", "dir/.", "./dir/./")) {
        for (FileInfo info : List.of(sftp.stat(path), sftp.lstat(path), sftp.glob(path).get(0))) {
          assertThat(info.path()).isEqualTo(folder.path("dir"));
          assertThat(info.name()).isEqualTo("dir");
        }
        assertThat(sftp.listdirAttr(path).get(0).path()).isEqualTo(folder.path("dir/file"));
        sftp.walkTree(
            path,
            file -> assertThat(file.path()).isEqualTo(folder.path("dir/file")),
            directory -> {},
            other -> {});
      }
      for (String path : List.of(".", "./", "./.")) {
        for (FileInfo info : List.of(sftp.stat(path), sftp.lstat(path), sftp.glob(path).get(0))) {
          assertThat(info.path()).isEqualTo(folder.path());
          assertThat(info.name()).isEqualTo(folder.name());
        }
      }
      for (String path : List.of("/", "//", "/.", "/./")) {
        assertThat(sftp.stat(path).path()).isEqualTo("/");
        assertThat(sftp.lstat(path).name()).isEqualTo("/");
      }
    }
  }

  @Test
  void namesTheFailedPathAsTheUserWroteIt(TestServer server, ServerFolder folder)
      throws IOException {
    Files.createFile(folder.local("file"));
    Files.createDirectory(folder.local("dir"));
    try (var sftp = Connections.connect(server, folder)) {
      List<ThrowingCallable> calls =
          List.of(
              () -> sftp.stat("missing/"),
              () -> sftp.chmod("missing/", 700),
              () -> sftp.walkTree("missing/.", file -> {}, directory -> {}, other -> {}),
              () -> sftp.listdir("missing/."),
              () -> sftp.getR("missing/.", folder.local("new")),
              () -> sftp.get("missing/", new ByteArrayOutputStream()),
              () -> sftp.open("missing/", StandardOpenOption.READ));
      for (ThrowingCallable call : calls) {
        SftpException failure = catchThrowableOfType(SftpException.class, call);
        assertThat(failure.path()).contains(folder.path("missing"));
        assertThat(failure).hasMessageContaining(folder.path("missing/") + ": ");
        if (failure instanceof TransferException transfer) {
          assertThat(transfer.source()).isEqualTo(folder.path("missing"));
        }
      }
      assertThatThrownBy(() -> sftp.stat("file/"))
          .hasMessageStartingWith("stat " + folder.path("file/") + ": ");
      assertThatThrownBy(() -> sftp.hardlink("file", "dir/")).message().doesNotContain("/.");
    }
  }

  @Test
  void readsDigitsOfAModeAsOctal(TestServer server, ServerFolder folder) throws IOException {
    Files.createFile(folder.local("f"));
    try (var sftp = Connections.connect(server, folder)) {
      sftp.chmod("f", 640);

      assertThat(Files.getPosixFilePermissions(folder.local("f")))
          .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
      assertThat(sftp.stat("f").mode()).isEqualTo(640);
    }
  }

  @Test
  void refusesInvalidModes(TestServer server, ServerFolder folder) throws IOException {
    Files.createFile(folder.local("f"));
    try (var sftp = Connections.connect(server, folder)) {
      for (int mode : new int[] {888, 649, -1, 77777, 10000, Integer.MIN_VALUE}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> sftp.chmod("f", mode))
            .withMessageContaining(Integer.toString(mode));
        assertThatIllegalArgumentException().isThrownBy(() -> sftp.mkdir("d", mode));
        assertThatIllegalArgumentException().isThrownBy(() -> sftp.makedirs("d/e", mode));
      }
      assertThat(folder.local("d")).doesNotExist();
    }
  }

  @Test
  void refusesOctalLiteralsEverywhere(TestServer server, ServerFolder folder) throws IOException {
    Files.createFile(folder.local("f"));
    try (var sftp = Connections.connect(server, folder);
        var file = sftp.open("f", StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      int before = sftp.stat("f").mode();
      List<ThrowingCallable> calls =
          List.of(
              () -> sftp.chmod("f", 0644),
              () -> sftp.mkdir("d", 0755),
              () -> sftp.makedirs("d/e", 02775),
              () -> file.chmod(0640));
      for (ThrowingCallable call : calls) {
        assertThatIllegalArgumentException()
            .isThrownBy(call)
            .withMessageContaining("without a leading zero");
      }
      assertThat(sftp.stat("f").mode()).isEqualTo(before);
      assertThat(folder.local("d")).doesNotExist();
    }
  }

  @Test
  void changesOnlyTheGivenAttributes(TestServer server, ServerFolder folder) throws IOException {
    Files.writeString(folder.local("f"), "content");
    var time = Instant.parse("2001-02-03T04:05:06Z");
    try (var sftp = Connections.connect(server, folder)) {
      sftp.setTimes("f", time, time);
      sftp.chmod("f", 600);

      assertThat(sftp.stat("f").modified()).isEqualTo(time);
      assertThat(sftp.stat("f").accessed()).isEqualTo(time);
      assertThat(folder.local("f")).hasContent("content");
    }
  }

  @Test
  void supportsTimesUntil2106(TestServer server, ServerFolder folder) throws IOException {
    Files.createFile(folder.local("f"));
    // MINA closes the channel instead of sending a time after 2038.
    var late = Instant.parse((server.is(TestServer.Kind.MINA) ? 2037 : 2105) + "-06-07T08:09:10Z");
    try (var sftp = Connections.connect(server, folder)) {
      sftp.setTimes("f", Instant.EPOCH, late);

      assertThat(sftp.stat("f").modified()).isEqualTo(late);
      assertThat(Files.getLastModifiedTime(folder.local("f")).toInstant()).isEqualTo(late);
      for (var unsayable :
          new Instant[] {
            Instant.EPOCH.minusSeconds(1), Instant.ofEpochSecond(1L << 32), Instant.MAX
          }) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> sftp.setTimes("f", late, unsayable))
            .withMessageContaining(unsayable.toString());
      }
    }
  }

  @Test
  void truncatesAndExtendsFiles(TestServer server, ServerFolder folder) throws IOException {
    Files.writeString(folder.local("f"), "content");
    try (var sftp = Connections.connect(server, folder)) {
      assertThat(sftp.truncate("f", 3)).isEqualTo(3);
      assertThat(folder.local("f")).hasContent("con");
      if (server.is(TestServer.Kind.OPENSSH)) { // MINA only truncates
        assertThat(sftp.truncate("f", 5)).isEqualTo(5);
        Trees.assertSameBytes(folder.local("f"), new byte[] {'c', 'o', 'n', 0, 0});
      }
      assertThatIllegalArgumentException().isThrownBy(() -> sftp.truncate("f", -1));
    }
  }

  @Test
  void setsOwnerAndGroup(TestServer server, ServerFolder folder) throws IOException {
    Files.createFile(folder.local("f"));
    try (var sftp = Connections.connect(server, folder)) {
      FileInfo before = sftp.stat("f");
      sftp.chown("f", before.uid(), before.gid());
      sftp.chown("f", null, (int) before.gid());
      sftp.chown("f", null, null);
      assertThatIllegalArgumentException().isThrownBy(() -> sftp.chown("f", -1, null));
      assertThatIllegalArgumentException().isThrownBy(() -> sftp.chown("f", null, -1));
      assertThatIllegalArgumentException().isThrownBy(() -> sftp.chown("f", 0, 0xffff_ffffL));

      assertThat(sftp.stat("f").uid()).isEqualTo(before.uid());
      assertThat(sftp.stat("f").gid()).isEqualTo(before.gid());
    }
  }

  @Test
  void createsDirectoriesWithExactlyTheGivenMode(TestServer server, ServerFolder folder)
      throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      sftp.mkdir("open", 777);
      sftp.makedirs("a/b/c", 750);

      assertThat(sftp.stat("open").mode()).isEqualTo(777);
      assertThat(sftp.stat("a").mode()).isEqualTo(750);
      assertThat(sftp.stat("a/b/c").mode()).isEqualTo(750);
    }
  }

  @Test
  void returnsTheTypeOfAFile(TestServer server, ServerFolder folder) throws IOException {
    Files.writeString(folder.local("f"), "content");
    Files.setPosixFilePermissions(folder.local("f"), PosixFilePermissions.fromString("rwxr-x--x"));
    try (var sftp = Connections.connect(server, folder)) {
      FileInfo info = sftp.stat("f");

      assertThat(info.path()).isEqualTo(folder.path("f"));
      assertThat(info.name()).isEqualTo("f");
      assertThat(info.size()).isEqualTo(7);
      assertThat(info.mode()).isEqualTo(751);
      assertThat(info.isFile()).isTrue();
      assertThat(info.modified())
          .isEqualTo(
              Instant.ofEpochSecond(
                  Files.getLastModifiedTime(folder.local("f")).toInstant().getEpochSecond()));
    }
  }

  @Test
  void returnsFalseOnlyForMissingPaths(TestServer server, ServerFolder folder) throws IOException {
    Files.createFile(folder.local("f"));
    Files.createSymbolicLink(folder.local("dead"), folder.local("nowhere"));
    Files.createSymbolicLink(folder.local("link"), folder.local());
    var sftp = Connections.connect(server, folder);
    try (sftp) {
      assertThat(sftp.exists("f")).isTrue();
      assertThat(sftp.exists("missing")).isFalse();
      if (server.is(TestServer.Kind.OPENSSH)) { // MINA says that it exists
        assertThat(sftp.exists("f/below")).isFalse();
      }
      assertThat(sftp.exists("dead")).isFalse();
      assertThat(sftp.lexists("dead")).isTrue();
      assertThat(sftp.isLink("dead")).isTrue();
      assertThat(sftp.isDir("link")).isTrue();
      assertThat(sftp.isFile("link")).isFalse();
      assertThat(sftp.isLink("f")).isFalse();
      assertThat(sftp.isDir("missing")).isFalse();
    }
    assertThatThrownBy(() -> sftp.exists("f")).isInstanceOf(ConnectionException.class);
    assertThatThrownBy(() -> sftp.isDir("f")).isInstanceOf(ConnectionException.class);
  }

  @Test
  void returnsTheFreeSpace(TestServer server, ServerFolder folder) throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      if (server.is(TestServer.Kind.OPENSSH)) {
        StatVfs space = sftp.statvfs(".");
        assertThat(space.totalSpace())
            .isEqualTo(Files.getFileStore(folder.local()).getTotalSpace());
        assertThat(space.usableSpace()).isBetween(1L, space.totalSpace());
        assertThat(space.maxNameLength()).isEqualTo(255);
      } else {
        assertThatThrownBy(() -> sftp.statvfs("."))
            .isInstanceOf(OperationNotSupportedException.class);
      }
    }
  }
}
