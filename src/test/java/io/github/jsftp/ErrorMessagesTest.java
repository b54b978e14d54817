package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pins the whole text of every common failure, on servers that answer with different statuses. */
@OnEachServer
class ErrorMessagesTest {
  private static final String NO_FILE = "SSH_FX_NO_SUCH_FILE";
  private static final String FAILURE = "SSH_FX_FAILURE";
  private static final String EXISTS = "SSH_FX_FILE_ALREADY_EXISTS";
  private static final TransferOptions FAIL =
      TransferOptions.builder().existing(TransferOptions.Existing.FAIL).build();

  @TempDir Path local;
  private Path file;
  private Path dir;

  private interface Action {
    void run(Connection sftp) throws IOException;
  }

  /** A status is empty where it is not the server that fails. */
  private record Row(
      Class<? extends SftpException> type,
      String message,
      String opensshStatus,
      String minaStatus,
      Action action) {}

  private static Row missing(String operationAndPath, Action action) {
    String message = operationAndPath + ": no such file or directory";
    return new Row(NoSuchPathException.class, message, NO_FILE, NO_FILE, action);
  }

  private static Row exists(String message, Action action) {
    return new Row(PathExistsException.class, message, FAILURE, EXISTS, action);
  }

  private static Row ours(Class<? extends SftpException> type, String message, Action action) {
    return new Row(type, message, "", "", action);
  }

  private static Row ours(String message, Action action) {
    return ours(SftpException.class, message, action);
  }

  @BeforeEach
  void prepare(ServerFolder folder) throws IOException {
    file = Files.writeString(local.resolve("file"), "text");
    dir = Files.createDirectory(local.resolve("dir"));
    Files.createFile(dir.resolve("inside"));
    Files.createFile(folder.local("file"));
    Files.createFile(folder.local("other"));
    Files.createDirectory(folder.local("dir"));
    Files.createDirectories(folder.local("full/sub"));
    Files.createSymbolicLink(folder.local("link"), Path.of("full"));
  }

  private static List<Row> paths() {
    return List.of(
        missing("stat DIR/no", s -> s.stat("no")),
        missing("lstat DIR/no", s -> s.lstat("no")),
        missing("chdir DIR/no", s -> s.chdir("no")),
        missing("cd DIR/no", s -> s.cd("no")),
        ours(
            NotADirectoryException.class,
            "chdir DIR/file: is not a directory",
            s -> s.chdir("file")),
        missing("readlink DIR/no", s -> s.readlink("no")),
        new Row(
            SftpException.class,
            "readlink DIR/file: is not a symbolic link",
            "SSH_FX_BAD_MESSAGE",
            FAILURE,
            s -> s.readlink("file")),
        missing("chmod DIR/no", s -> s.chmod("no", 644)),
        missing("chown DIR/no", s -> s.chown("no", 1, 1)),
        missing("chown DIR/no", s -> s.chown("no", null, 1)),
        missing("setTimes DIR/no", s -> s.setTimes("no", Instant.now(), Instant.now())),
        missing("truncate DIR/no", s -> s.truncate("no", 3)),
        missing("remove DIR/no", s -> s.remove("no")),
        new Row(
            SftpException.class,
            "remove DIR/dir: is a directory",
            FAILURE,
            "SSH_FX_FILE_IS_A_DIRECTORY",
            s -> s.remove("dir")),
        missing("rename DIR/no", s -> s.rename("no", "new")),
        missing("rename DIR/no", s -> s.rename("no", "file")),
        ours(
            PathExistsException.class,
            "rename DIR/file: DIR/other already exists",
            s -> s.rename("file", "other")),
        ours(
            PathExistsException.class,
            "rename DIR/dir: DIR/full already exists",
            s -> s.rename("dir", "full")),
        new Row(
            NoSuchPathException.class,
            "rename DIR/file: there is no directory for DIR/no/f",
            NO_FILE,
            NO_FILE,
            s -> s.rename("file", "no/f")),
        missing("replace DIR/no", s -> s.replace("no", "file")),
        new Row(
            SftpException.class,
            "replace DIR/file: DIR/dir is a directory",
            FAILURE,
            FAILURE,
            s -> s.replace("file", "dir")),
        new Row(
            NotADirectoryException.class,
            "replace DIR/dir: DIR/file is not a directory",
            NO_FILE,
            FAILURE,
            s -> s.replace("dir", "file")),
        missing("symlink DIR/no/l", s -> s.symlink("x", "no/l")),
        exists("symlink DIR/file: already exists", s -> s.symlink("x", "file")),
        missing("hardlink DIR/no", s -> s.hardlink("no", "l")),
        exists("hardlink DIR/file: DIR/other already exists", s -> s.hardlink("file", "other")),
        new Row(
            NoSuchPathException.class,
            "hardlink DIR/file: there is no directory for DIR/no/l",
            NO_FILE,
            NO_FILE,
            s -> s.hardlink("file", "no/l")));
  }

  private static List<Row> directories() {
    return List.of(
        missing("listdir DIR/no", s -> s.listdir("no")),
        new Row(
            NotADirectoryException.class,
            "listdir DIR/file: is not a directory",
            NO_FILE,
            "SSH_FX_NOT_A_DIRECTORY",
            s -> s.listdir("file")),
        missing("list DIR/no", s -> s.list("no")),
        missing("walkTree DIR/no", s -> s.walkTree("no", f -> {}, f -> {}, f -> {})),
        ours(
            NotADirectoryException.class,
            "walkTree DIR/file: is not a directory",
            s -> s.walkTree("file", f -> {}, f -> {}, f -> {})),
        missing("mkdir DIR/no/sub", s -> s.mkdir("no/sub")),
        exists("mkdir DIR/dir: already exists", s -> s.mkdir("dir")),
        exists("mkdir DIR/file: already exists", s -> s.mkdir("file")),
        ours(
            NotADirectoryException.class,
            "makedirs DIR/file: is not a directory",
            s -> s.makedirs("file/a/b")),
        ours(
            PathExistsException.class,
            "makedirs DIR/file: already exists and is not a directory",
            s -> s.makedirs("file")),
        new Row(
            NoSuchPathException.class,
            "rmdir DIR/no: no such file or directory",
            NO_FILE,
            "SSH_FX_NOT_A_DIRECTORY",
            s -> s.rmdir("no")),
        new Row(
            DirectoryNotEmptyException.class,
            "rmdir DIR/full: directory is not empty",
            FAILURE,
            "SSH_FX_DIR_NOT_EMPTY",
            s -> s.rmdir("full")),
        new Row(
            NotADirectoryException.class,
            "rmdir DIR/file: is not a directory",
            NO_FILE,
            "SSH_FX_NOT_A_DIRECTORY",
            s -> s.rmdir("file")),
        missing("rmtree DIR/no", s -> s.rmtree("no")),
        ours(
            NotADirectoryException.class,
            "rmtree DIR/file: is not a directory",
            s -> s.rmtree("file")),
        ours(
            NotADirectoryException.class,
            "rmtree DIR/link: is a symbolic link, not a directory",
            s -> s.rmtree("link")));
  }

  private List<Row> transfers() {
    return List.of(
        missing("get DIR/no", s -> s.get("no", local.resolve("new"))),
        ours("get DIR/dir: is a directory: use getR", s -> s.get("dir", local.resolve("new"))),
        missing("put DIR/no/f", s -> s.put(file, "no/f")),
        ours(
            "put DIR/dir: is a directory",
            s -> s.put(new ByteArrayInputStream(new byte[1]), "dir")),
        ours(
            PathExistsException.class,
            "put DIR/file: already exists",
            s -> s.put(file, "file", FAIL)),
        missing("getR DIR/no", s -> s.getR("no", local.resolve("new"))),
        ours(
            NotADirectoryException.class,
            "getR DIR/file: is not a directory",
            s -> s.getR("file", local.resolve("new"))),
        missing("getD DIR/no", s -> s.getD("no", local.resolve("new"))),
        ours(
            NotADirectoryException.class,
            "putR DIR/file: is not a directory",
            s -> s.putR(dir, "file")),
        ours(
            NotADirectoryException.class,
            "putD DIR/file: is not a directory",
            s -> s.putD(dir, "file")),
        missing("readString DIR/no", s -> s.readString("no")),
        missing("readBytes DIR/no", s -> s.readBytes("no")),
        ours("readBytes DIR/dir: is a directory", s -> s.readBytes("dir")),
        missing("writeString DIR/no/f", s -> s.writeString("no/f", "text")),
        missing("writeBytes DIR/no/f", s -> s.writeBytes("no/f", new byte[1])),
        ours("writeBytes DIR/dir: is a directory", s -> s.writeBytes("dir", new byte[1])),
        ours(
            "readString DIR/latin1: is not text in UTF-8",
            s -> {
              s.writeBytes("latin1", new byte[] {'g', 'r', (byte) 0xfc, 'n'});
              s.readString("latin1");
            }),
        missing("open DIR/no", s -> s.open("no")),
        missing(
            "open DIR/no/f",
            s -> s.open("no/f", StandardOpenOption.WRITE, StandardOpenOption.CREATE)),
        exists(
            "open DIR/file: already exists",
            s -> s.open("file", StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)),
        new Row(
            SftpException.class,
            "open DIR/dir: is a directory",
            FAILURE,
            FAILURE,
            s -> s.open("dir", StandardOpenOption.WRITE)),
        missing("copy DIR/no", s -> s.copy("no", "new")),
        missing("copy DIR/no/f", s -> s.copy("file", "no/f")),
        ours("copy DIR/dir: is a directory; copy takes files only", s -> s.copy("dir", "new")),
        ours("copy DIR/dir: is a directory; copy takes files only", s -> s.copy("file", "dir")),
        ours("copy DIR/file: is the same file as DIR/file", s -> s.copy("file", "file")),
        missing("checksum DIR/no", s -> s.checksum("no", "SHA-256")),
        ours("checksum DIR/dir: is a directory", s -> s.checksum("dir", "SHA-256")));
  }

  @Test
  void saysWhatIsWrongWithAPath(TestServer server, ServerFolder folder) throws IOException {
    check(paths(), server, folder);
  }

  @Test
  void saysWhatIsWrongWithADirectory(TestServer server, ServerFolder folder) throws IOException {
    check(directories(), server, folder);
  }

  @Test
  void saysWhatIsWrongWithATransfer(TestServer server, ServerFolder folder) throws IOException {
    check(transfers(), server, folder);
  }

  private static void check(List<Row> table, TestServer server, ServerFolder folder)
      throws IOException {
    boolean openssh = server.is(TestServer.Kind.OPENSSH);
    try (var sftp = Connections.connect(server, folder)) {
      for (var row : table) {
        var failure = catchThrowableOfType(SftpException.class, () -> row.action().run(sftp));

        String status = openssh ? row.opensshStatus() : row.minaStatus();
        String who = (status.isEmpty() ? "" : status + ", ") + sftp;
        assertThat(failure).as(row.message()).isExactlyInstanceOf(row.type());
        // MINA has words of its own for some.
        String words = openssh ? "" : failure.serverMessage().orElse("");
        assertThat(failure.getMessage().replace(": " + words + " [", " ["))
            .isEqualTo(row.message().replace("DIR", folder.path()) + " [" + who + "]");
        assertThat(row.message()).startsWith(failure.operation() + " ");
      }
    }
  }

  @Test
  void putsNothingInTheWayThatIsNotThere(TestServer server, ServerFolder folder)
      throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.rename("other", "file/f"))
          .isNotInstanceOf(PathExistsException.class)
          .hasMessageStartingWith("rename " + folder.path("other") + ": ");
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "OpenSSH has the extension")
  void namesTheExtensionThatTheServerLacks(TestServer server, ServerFolder folder)
      throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.statvfs("dir"))
          .isInstanceOf(OperationNotSupportedException.class)
          .hasMessage(
              "statvfs %s: the server does not support statvfs@openssh.com [%s]",
              folder.path("dir"), sftp);
    }
  }

  @Test
  void tellsLocalFilesByTheExceptionsOfJava(TestServer server, ServerFolder folder)
      throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      Path no = local.resolve("no");
      assertThatThrownBy(() -> sftp.put(no, "f"))
          .isExactlyInstanceOf(NoSuchFileException.class)
          .hasMessage(no + ": no such local file or directory");
      assertThatThrownBy(() -> sftp.put(dir, "f"))
          .isExactlyInstanceOf(FileSystemException.class)
          .hasMessage(dir + ": is a directory: use putR");
      assertThatThrownBy(() -> sftp.putR(no, "f"))
          .isExactlyInstanceOf(NoSuchFileException.class)
          .hasMessage(no + ": no such local file or directory");
      assertThatThrownBy(() -> sftp.putR(file, "f"))
          .isInstanceOf(NotDirectoryException.class)
          .hasMessage(file + ": not a local directory");
      assertThatThrownBy(() -> sftp.get("file", no.resolve("f")))
          .isExactlyInstanceOf(NoSuchFileException.class)
          .hasMessage(no + ": no such local directory");
      assertThatThrownBy(() -> sftp.get("file", file, FAIL))
          .isExactlyInstanceOf(FileAlreadyExistsException.class)
          .hasMessage(file + ": already exists locally");
      assertThatThrownBy(() -> sftp.getR("full", file))
          .isInstanceOf(NotDirectoryException.class)
          .hasMessage(file + ": not a local directory");
    }
  }

  @Test
  void saysWhichMethodWasCalledOnAClosedConnection(TestServer server, ServerFolder folder)
      throws IOException {
    var sftp = Connections.connect(server, folder);
    sftp.close();
    var table =
        List.<Row>of(
            ours("stat DIR/x", s -> s.stat("x")),
            ours("listdir DIR", s -> s.listdir()),
            ours("chdir DIR/x", s -> s.chdir("x")),
            ours("rename DIR/x", s -> s.rename("x", "y")),
            ours("put DIR/x", s -> s.put(file, "x")),
            ours("getR DIR/x", s -> s.getR("x", local.resolve("new"))),
            ours("glob DIR", s -> s.glob("*")),
            ours("open DIR/x", s -> s.open("x")),
            ours("execute", s -> s.execute("true")),
            ours("unwrap", s -> s.unwrap(com.jcraft.jsch.ChannelSftp.class)));
    for (var row : table) {
      assertThatThrownBy(() -> row.action().run(sftp))
          .isExactlyInstanceOf(ConnectionException.class)
          .hasMessage(
              "%s: the connection is closed [%s]",
              row.message().replace("DIR", folder.path()), sftp);
    }
  }
}
