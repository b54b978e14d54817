package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.testing.Client;
import io.github.jsftp.testing.RemoteFolder;
import io.github.jsftp.testing.SftpServer;
import io.github.jsftp.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pins the whole text of every common failure, on servers that answer with different statuses. */
@SftpServer
class ErrorMessagesTest {

  private interface Action {
    void run(Connection sftp) throws IOException;
  }

  private record Row(
      Action action,
      Class<? extends SftpException> type,
      String message,
      String opensshStatus,
      String minaStatus) {}

  private static Row row(
      Action action, Class<? extends SftpException> type, String message, String both) {
    return new Row(action, type, message, both, both);
  }

  private static List<Row> table() {
    String missing = "no such file or directory";
    String noFile = "SSH_FX_NO_SUCH_FILE";
    return List.of(
        row(s -> s.stat("no"), NoSuchPathException.class, "stat DIR/no: " + missing, noFile),
        row(s -> s.lstat("no"), NoSuchPathException.class, "lstat DIR/no: " + missing, noFile),
        row(s -> s.chdir("no"), NoSuchPathException.class, "chdir DIR/no: " + missing, noFile),
        row(s -> s.listdir("no"), NoSuchPathException.class, "listdir DIR/no: " + missing, noFile),
        row(s -> s.remove("no"), NoSuchPathException.class, "remove DIR/no: " + missing, noFile),
        row(s -> s.rmdir("no"), NoSuchPathException.class, "rmdir DIR/no: " + missing, noFile),
        row(s -> s.rmtree("no"), NoSuchPathException.class, "rmtree DIR/no: " + missing, noFile),
        row(
            s -> s.readlink("no"),
            NoSuchPathException.class,
            "readlink DIR/no: " + missing,
            noFile),
        row(s -> s.chmod("no", 644), NoSuchPathException.class, "chmod DIR/no: " + missing, noFile),
        row(s -> s.open("no"), NoSuchPathException.class, "open DIR/no: " + missing, noFile),
        row(s -> s.readBytes("no"), NoSuchPathException.class, "get DIR/no: " + missing, noFile),
        row(
            s -> s.put(new ByteArrayInputStream(new byte[1]), "no/f"),
            NoSuchPathException.class,
            "put DIR/no/f: " + missing,
            noFile),
        row(
            s -> s.mkdir("no/sub"),
            NoSuchPathException.class,
            "mkdir DIR/no/sub: " + missing,
            noFile),
        new Row(
            s -> s.mkdir("dir"),
            PathExistsException.class,
            "mkdir DIR/dir: already exists",
            "SSH_FX_FAILURE",
            "SSH_FX_FILE_ALREADY_EXISTS"),
        new Row(
            s -> s.rmdir("full"),
            DirectoryNotEmptyException.class,
            "rmdir DIR/full: directory is not empty",
            "SSH_FX_FAILURE",
            "SSH_FX_DIR_NOT_EMPTY"),
        new Row(
            s -> s.remove("dir"),
            SftpException.class,
            "remove DIR/dir: is a directory",
            "SSH_FX_FAILURE",
            "SSH_FX_FILE_IS_A_DIRECTORY"),
        new Row(
            s -> s.open("dir", StandardOpenOption.WRITE),
            SftpException.class,
            "open DIR/dir: is a directory",
            "SSH_FX_FAILURE",
            "SSH_FX_FILE_IS_A_DIRECTORY"),
        new Row(
            s -> s.listdir("file"),
            NotADirectoryException.class,
            "listdir DIR/file: is not a directory",
            "SSH_FX_NO_SUCH_FILE",
            "SSH_FX_NOT_A_DIRECTORY"),
        new Row(
            s -> s.readlink("file"),
            SftpException.class,
            "readlink DIR/file: is not a symbolic link",
            "SSH_FX_BAD_MESSAGE",
            "SSH_FX_FAILURE"));
  }

  @Test
  void saysWhatWhereAndWhoAskedWhom(TestServer server, RemoteFolder folder) throws IOException {
    Files.createFile(folder.local("file"));
    Files.createDirectory(folder.local("dir"));
    Files.createDirectories(folder.local("full/sub"));
    String peer = server.username() + "@" + server.host() + ":" + server.port();
    boolean openssh = server.is(TestServer.Kind.OPENSSH);
    try (var sftp = Client.connect(server, folder)) {
      for (var row : table()) {
        var failure = catchThrowableOfType(SftpException.class, () -> row.action().run(sftp));

        String status = openssh ? row.opensshStatus() : row.minaStatus();
        assertThat(failure).as(row.message()).isExactlyInstanceOf(row.type());
        assertThat(failure.getMessage())
            .isEqualTo(
                row.message().replace("DIR", folder.path()) + " [" + status + ", " + peer + "]");
      }
    }
  }
}
