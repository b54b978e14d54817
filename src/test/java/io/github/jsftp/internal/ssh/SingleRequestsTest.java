package io.github.jsftp.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.DirectoryNotEmptyException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEachServer
class SingleRequestsTest {
  private TestServer server;
  private ServerFolder folder;
  private SshConnection connection;
  private SingleRequests singleRequests;

  @BeforeEach
  void connect(TestServer theServer, ServerFolder theFolder) throws Exception {
    server = theServer;
    folder = theFolder;
    connection = Ssh.open(server);
    singleRequests =
        new SingleRequests(
            connection, () -> Duration.ofSeconds(20), Ssh.failures(server), Backoff.NEVER);
  }

  @AfterEach
  void close() {
    singleRequests.close();
    connection.close();
  }

  @Test
  void returnsTheAttributesOfAPath() throws Exception {
    Path file = Files.writeString(folder.local("file"), "hello");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Instant modified = Instant.parse("2001-02-03T04:05:06Z");
    Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.from(modified));
    Files.createSymbolicLink(folder.local("link"), file);

    FileInfo info = singleRequests.stat("stat", folder.path("link"));

    assertThat(info.path()).isEqualTo(folder.path("link"));
    assertThat(info.isFile()).isTrue();
    assertThat(info.size()).isEqualTo(5);
    assertThat(info.mode()).isEqualTo(640);
    assertThat(info.uid()).isEqualTo(((Number) Files.getAttribute(file, "unix:uid")).longValue());
    assertThat(info.gid()).isEqualTo(((Number) Files.getAttribute(file, "unix:gid")).longValue());
    assertThat(info.modified()).isEqualTo(modified);
    assertThat(singleRequests.lstat("lstat", folder.path("link")).isLink()).isTrue();
    assertThat(singleRequests.stat("stat", folder.path()).isDir()).isTrue();
    assertThat(singleRequests.stat("stat", "/dev/null").type()).isEqualTo(FileInfo.Type.OTHER);
    assertThat(singleRequests.stat("stat", "/").isDir()).isTrue();
  }

  @Test
  void returnsTheCanonicalPath() throws Exception {
    assertThat(singleRequests.realpath("normalize", folder.path("./.")))
        .isEqualTo(folder.local().toRealPath().toString());
  }

  @Test
  void createsAndRemoves() throws Exception {
    singleRequests.mkdir("mkdir", folder.path("dir"));
    assertThat(folder.local("dir")).isDirectory();
    singleRequests.rmdir("rmdir", folder.path("dir"));
    assertThat(folder.local("dir")).doesNotExist();
    Files.createFile(folder.local("file"));
    singleRequests.remove("remove", folder.path("file"));
    assertThat(folder.local("file")).doesNotExist();
  }

  @Test
  void createsSymbolicLinksAsGiven() throws Exception {
    Files.createFile(folder.local("file"));
    singleRequests.symlink("symlink", folder.path("file"), folder.path("absolute"));
    singleRequests.symlink("symlink", "../x/file", folder.path("relative"));
    singleRequests.symlink("symlink", ".", folder.path("here"));
    assertThat(Files.readSymbolicLink(folder.local("absolute"))).hasToString(folder.path("file"));
    assertThat(Files.readSymbolicLink(folder.local("relative"))).hasToString("../x/file");
    assertThat(Files.readSymbolicLink(folder.local("here"))).hasToString(".");
    assertThat(singleRequests.readlink("readlink", folder.path("relative"))).isEqualTo("../x/file");
    assertThat(singleRequests.readlink("readlink", folder.path("absolute")))
        .isEqualTo(folder.path("file"));
  }

  @Test
  void createsHardLinks() throws Exception {
    Path file = Files.writeString(folder.local("file"), "x");
    singleRequests.hardlink("hardlink", folder.path("file"), folder.path("second"));
    assertThat(Files.isSameFile(file, folder.local("second"))).isTrue();
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MINA has no statvfs")
  void returnsFileSystemInformation() throws Exception {
    var store = Files.getFileStore(folder.local());
    assertThat(singleRequests.statvfs("statvfs", folder.path()).totalSpace())
        .isEqualTo(store.getTotalSpace());
    assertThat(singleRequests.statvfs("statvfs", folder.path()).maxNameLength()).isEqualTo(255);
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "OpenSSH has statvfs")
  void reportsMissingExtensions() throws Exception {
    assertThatThrownBy(() -> singleRequests.statvfs("statvfs", folder.path()))
        .isInstanceOf(OperationNotSupportedException.class)
        .hasMessage(
            "statvfs %s: the server does not support statvfs@openssh.com [%s]",
            folder.path(), Ssh.peer(server));
  }

  @Test
  void setsAttributes() throws Exception {
    Path file = Files.writeString(folder.local("file"), "hello");
    // MINA closes the connection when it has to send a time after 2038.
    String year = server.is(TestServer.Kind.MINA) ? "2037" : "2100";
    Instant accessed = Instant.parse(year + "-01-01T00:00:00Z");
    Instant modified = Instant.parse("2001-02-03T04:05:06Z");
    singleRequests.setAttributes("chmod", folder.path("file"), AttributeChanges.permissions(0604));
    singleRequests.setAttributes(
        "setTimes", folder.path("file"), AttributeChanges.times(accessed, modified));
    singleRequests.setAttributes("truncate", folder.path("file"), AttributeChanges.size(3));
    singleRequests.setAttributes(
        "setTimes", folder.path("file"), AttributeChanges.times(accessed, modified));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw----r--");
    FileInfo info = singleRequests.stat("stat", folder.path("file"));
    assertThat(info.accessed()).isEqualTo(accessed);
    assertThat(info.modified()).isEqualTo(modified);
    assertThat(file).hasContent("hel");
  }

  @Test
  void refusesTimesOutsideTheRangeOfSftp() {
    Instant now = Instant.parse("2020-01-01T00:00:00Z");
    for (String time : new String[] {"1969-12-31T23:59:59Z", "2106-02-07T06:28:16Z"}) {
      assertThatThrownBy(
              () ->
                  singleRequests.setAttributes(
                      "setTimes",
                      folder.path("f"),
                      AttributeChanges.times(now, Instant.parse(time))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "SFTP's times are from 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z, not " + time);
    }
    assertThatThrownBy(
            () ->
                singleRequests.setAttributes(
                    "chown",
                    folder.path("f"),
                    new AttributeChanges(null, 1L, null, null, null, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("uid and gid can only be set together");
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    Files.createDirectories(folder.local("full/inner"));
    Files.createFile(folder.local("file"));

    assertThatThrownBy(() -> singleRequests.stat("stat", folder.path("none")))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageMatching(
            "stat \\S+/none: no such file or directory.* \\[SSH_FX_NO_SUCH_FILE, .*]");
    assertThatThrownBy(() -> singleRequests.mkdir("mkdir", folder.path("file")))
        .isInstanceOf(PathExistsException.class);
    assertThatThrownBy(() -> singleRequests.mkdir("mkdir", folder.path("none/x")))
        .isInstanceOf(NoSuchPathException.class);
    assertThatThrownBy(() -> singleRequests.rmdir("rmdir", folder.path("full")))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThatThrownBy(() -> singleRequests.rmdir("rmdir", folder.path("file")))
        .isInstanceOf(NotADirectoryException.class);
    assertThatThrownBy(() -> singleRequests.remove("remove", folder.path("full")))
        .hasMessageContaining(": is a directory");
    assertThatThrownBy(() -> singleRequests.readlink("readlink", folder.path("file")))
        .hasMessageContaining(": is not a symbolic link");
    assertThatThrownBy(() -> singleRequests.symlink("symlink", "x", folder.path("file")))
        .isInstanceOf(PathExistsException.class);
    assertThatThrownBy(
            () -> singleRequests.hardlink("hardlink", folder.path("file"), folder.path("full")))
        .isInstanceOf(PathExistsException.class);
    assertThatThrownBy(
            () -> singleRequests.hardlink("hardlink", folder.path("no"), folder.path("h")))
        .isInstanceOf(NoSuchPathException.class);
    assertThatThrownBy(
            () ->
                singleRequests.setAttributes(
                    "chmod", folder.path("no"), AttributeChanges.permissions(0600)))
        .isInstanceOf(NoSuchPathException.class);
  }
}
