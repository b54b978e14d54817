package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.TestClient.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.DirectoryNotEmptyException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEachServer
final class WordingTest {
  private TestClient testClient;
  private SftpClient sftp;

  @BeforeEach
  void connect(TestServer server) throws IOException {
    testClient = TestClient.to(server);
    sftp = testClient.sftp;
  }

  @AfterEach
  void close() {
    testClient.close();
  }

  @Test
  void reportsAnExistingDirectory(ServerFolder folder) {
    assertThatThrownBy(() -> get(sftp.mkdir(folder.path(), AttributeChanges.NONE)))
        .isInstanceOf(PathExistsException.class)
        .hasMessageStartingWith("mkdir " + folder.path() + ": already exists");
  }

  @Test
  void reportsAMissingParentDirectory(ServerFolder folder) {
    assertThatThrownBy(() -> get(sftp.mkdir(folder.path("no/dir"), AttributeChanges.NONE)))
        .isInstanceOf(NoSuchPathException.class);
  }

  @Test
  void reportsThatANameMayBeTooLong() {
    var failures = new Failures("me", "host", 22);
    String name = "é".repeat(128);
    assertThat(failures.status("mkdir", "/a/" + name, 5, "Bad message", Expected.ABSENT, null))
        .hasMessage(
            "mkdir /a/"
                + name
                + ": refused by the server: a name has over 255 bytes, which may be too long"
                + " [SSH_FX_BAD_MESSAGE, me@host:22]");
  }

  @Test
  void reportsARenameToAnotherFileSystem() {
    var failures = new Failures("me", "host", 22);
    FileInfo file = info("/home/a");
    assertThat(
            failures.renameRefused("rename", "/home/a", "/mnt/a", false, 4, "Failure", file, null))
        .hasMessage(
            "rename /home/a: refused by the server: perhaps /mnt/a is on another file system; copy"
                + " reaches it [SSH_FX_FAILURE, me@host:22]");
    assertThat(
            failures.renameRefused("rename", "/home/a", "/home/b", false, 4, "Failure", file, null))
        .hasMessage("rename /home/a: refused by the server [SSH_FX_FAILURE, me@host:22]");
  }

  private static FileInfo info(String path) {
    return Results.NEW.fileInfo(
        path, FileInfo.Type.FILE, 1, 644, 0, 0, Instant.EPOCH, Instant.EPOCH, null);
  }

  @Test
  void reportsADirectoryThatIsNotEmpty(ServerFolder folder) throws IOException {
    Files.createDirectories(folder.local("dir/sub"));

    assertThatThrownBy(() -> get(sftp.rmdir(folder.path("dir"))))
        .isInstanceOf(DirectoryNotEmptyException.class);
  }

  @Test
  void reportsAFileInPlaceOfADirectory(ServerFolder folder) throws IOException {
    Files.createFile(folder.local("file"));

    assertThatThrownBy(() -> get(sftp.rmdir(folder.path("file"))))
        .isInstanceOf(NotADirectoryException.class);
    assertThatThrownBy(() -> get(sftp.list(folder.path("file"))))
        .isInstanceOf(NotADirectoryException.class)
        .hasMessageStartingWith("list " + folder.path("file") + ": is not a directory");
  }

  @Test
  void reportsADirectoryInPlaceOfAFile(ServerFolder folder) {
    assertThatThrownBy(() -> get(sftp.remove(folder.path())))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining(": is a directory");
    assertThatThrownBy(() -> testClient.open(folder.path(), OpenFlag.WRITE))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining(": is a directory");
  }

  @Test
  void reportsADirectoryThatIsReadAsAFile(ServerFolder folder) {
    assertThatThrownBy(
            () -> {
              RemoteHandle handle = testClient.open(folder.path(), OpenFlag.READ);
              var read = handle.read(0, ByteBuffer.allocate(10));
              handle.close();
              get(read);
            })
        .isInstanceOf(SftpException.class)
        .hasMessageContaining(folder.path() + ": is a directory");
  }

  @Test
  void reportsAFileInPlaceOfALink(ServerFolder folder) throws IOException {
    Files.createFile(folder.local("file"));

    assertThatThrownBy(() -> get(sftp.readlink(folder.path("file"))))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("readlink " + folder.path("file") + ": ")
        .hasMessageContaining("is not a symbolic link");
  }

  @Test
  void reportsAnExistingLink(ServerFolder folder) throws IOException {
    Files.createFile(folder.local("file"));

    assertThatThrownBy(() -> get(sftp.symlink("x", folder.path("file"))))
        .isInstanceOf(PathExistsException.class);
  }

  @Test
  void reportsAnExistingFileInPlaceOfANewOne(ServerFolder folder) throws IOException {
    Files.createFile(folder.local("file"));

    assertThatThrownBy(
            () ->
                testClient.open(
                    folder.path("file"), OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE))
        .isInstanceOf(PathExistsException.class);
  }

  @Test
  void reportsAnExistingTargetOfARename(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("a"), "a");
    Files.writeString(folder.local("b"), "b");

    assertThatThrownBy(() -> get(sftp.rename(folder.path("a"), folder.path("b"))))
        .isInstanceOfSatisfying(
            PathExistsException.class, e -> assertThat(e.path()).contains(folder.path("a")))
        .hasMessageStartingWith(
            "rename " + folder.path("a") + ": " + folder.path("b") + " already exists");
    assertThat(folder.local("a")).hasContent("a");
    assertThat(folder.local("b")).hasContent("b");
  }

  @Test
  void reportsWhichSideOfARenameIsMissing(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("a"), "a");

    assertThatThrownBy(() -> get(sftp.rename(folder.path("no"), folder.path("b"))))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("rename " + folder.path("no") + ": no such file or directory");
    assertThatThrownBy(() -> get(sftp.rename(folder.path("a"), folder.path("no/b"))))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageContaining(": there is no directory for " + folder.path("no/b"));
  }

  @Test
  void reportsADirectoryAsTargetOfAFile(ServerFolder folder) throws IOException {
    Files.writeString(folder.local("a"), "a");
    Files.createDirectories(folder.local("dir/sub"));

    assertThatThrownBy(
            () -> get(sftp.replace(folder.path("a"), folder.path("dir"), folder.path("aside"))))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining(folder.path("dir") + " is a directory");
    assertThat(folder.local("a")).hasContent("a");
  }

  @Test
  void namesTheUsersOperation(ServerFolder folder) {
    assertThatThrownBy(() -> get(sftp.named("get").lstat(folder.path("no"))))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("get " + folder.path("no") + ": no such file or directory")
        .hasMessageEndingWith("[SSH_FX_NO_SUCH_FILE, me@host:22]");
  }
}
