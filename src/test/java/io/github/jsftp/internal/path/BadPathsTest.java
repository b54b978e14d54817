package io.github.jsftp.internal.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method rejects an invalid path before it sends anything. */
@OnEachServer
class BadPathsTest {

  private interface Use {
    void of(Connection sftp, String path) throws IOException;
  }

  private static Map<String, Use> uses(Path local) {
    Map<String, Use> uses = new LinkedHashMap<>();
    uses.put("chdir", Connection::chdir);
    uses.put("cd", Connection::cd);
    uses.put("normalize", Connection::normalize);
    uses.put("listdir", Connection::listdir);
    uses.put("listdirAttr", Connection::listdirAttr);
    uses.put("list", Connection::list);
    uses.put("glob", Connection::glob);
    uses.put("stat", Connection::stat);
    uses.put("lstat", Connection::lstat);
    uses.put("exists", Connection::exists);
    uses.put("lexists", Connection::lexists);
    uses.put("isDir", Connection::isDir);
    uses.put("isFile", Connection::isFile);
    uses.put("isLink", Connection::isLink);
    uses.put("walkTree", (sftp, path) -> sftp.walkTree(path, e -> {}, e -> {}, e -> {}));
    uses.put("get", (sftp, path) -> sftp.get(path, local.resolve("new")));
    uses.put("get stream", (sftp, path) -> sftp.get(path, new ByteArrayOutputStream()));
    uses.put("put", (sftp, path) -> sftp.put(local.resolve("file"), path));
    uses.put("put stream", (sftp, path) -> sftp.put(new ByteArrayInputStream(new byte[9]), path));
    uses.put("getD", (sftp, path) -> sftp.getD(path, local.resolve("new")));
    uses.put("getR", (sftp, path) -> sftp.getR(path, local.resolve("new")));
    uses.put("putD", (sftp, path) -> sftp.putD(local, path));
    uses.put("putR", (sftp, path) -> sftp.putR(local, path));
    uses.put("readString", Connection::readString);
    uses.put("writeString", (sftp, path) -> sftp.writeString(path, "text"));
    uses.put("readBytes", Connection::readBytes);
    uses.put("writeBytes", (sftp, path) -> sftp.writeBytes(path, new byte[1]));
    uses.put("open", Connection::open);
    uses.put("mkdir", Connection::mkdir);
    uses.put("mkdir mode", (sftp, path) -> sftp.mkdir(path, 700));
    uses.put("makedirs", Connection::makedirs);
    uses.put("rmdir", Connection::rmdir);
    uses.put("rmtree", Connection::rmtree);
    uses.put("remove", Connection::remove);
    uses.put("rename from", (sftp, path) -> sftp.rename(path, "other"));
    uses.put("rename to", (sftp, path) -> sftp.rename("file", path));
    uses.put("replace from", (sftp, path) -> sftp.replace(path, "other"));
    uses.put("replace to", (sftp, path) -> sftp.replace("file", path));
    uses.put("copy from", (sftp, path) -> sftp.copy(path, "other"));
    uses.put("copy to", (sftp, path) -> sftp.copy("file", path));
    uses.put("chmod", (sftp, path) -> sftp.chmod(path, 644));
    uses.put("chown", (sftp, path) -> sftp.chown(path, 0, 0));
    uses.put("setTimes", (sftp, path) -> sftp.setTimes(path, Instant.EPOCH, Instant.EPOCH));
    uses.put("truncate", (sftp, path) -> sftp.truncate(path, 0));
    uses.put("symlink target", (sftp, path) -> sftp.symlink(path, "link"));
    uses.put("symlink", (sftp, path) -> sftp.symlink("file", path));
    uses.put("readlink", Connection::readlink);
    uses.put("hardlink existing", (sftp, path) -> sftp.hardlink(path, "link"));
    uses.put("hardlink", (sftp, path) -> sftp.hardlink("file", path));
    uses.put("statvfs", Connection::statvfs);
    uses.put("checksum", (sftp, path) -> sftp.checksum(path, "SHA-256"));
    return uses;
  }

  @Test
  void rejectsThemInEveryMethod(TestServer server, ServerFolder folder, @TempDir Path local)
      throws IOException {
    Files.writeString(folder.local("file"), "content");
    Files.writeString(local.resolve("file"), "content");
    try (var sftp = Connections.connect(server, folder)) {
      uses(local)
          .forEach(
              (name, use) -> {
                assertThatThrownBy(() -> use.of(sftp, ""))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must not be empty");
                assertThatThrownBy(() -> use.of(sftp, null))
                    .as(name)
                    .isInstanceOf(NullPointerException.class);
                assertThatThrownBy(() -> use.of(sftp, "a\0b"))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NUL");
                assertThatThrownBy(() -> use.of(sftp, "x".repeat(33_000)))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("32768");
                assertThatThrownBy(() -> use.of(sftp, "lone \ud800"))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("UTF-8");
              });
      assertThat(sftp.listdir()).containsExactly("file");
    }
    assertThat(folder.local("file")).hasContent("content");
    assertThat(local).isDirectoryNotContaining("glob:**/new");
  }

  @Test
  void survivesPathsThatAreTooLongForTheServer(TestServer server, ServerFolder folder)
      throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      if (server.is(TestServer.Kind.OPENSSH)) { // MINA says that they exist
        assertThatThrownBy(() -> sftp.stat("n".repeat(300))).isInstanceOf(SftpException.class);
        assertThatThrownBy(() -> sftp.stat("n/".repeat(10_000) + "n"))
            .isInstanceOf(SftpException.class);
      }
      assertThatThrownBy(() -> sftp.get("n".repeat(30_000), folder.local("x")))
          .isInstanceOf(SftpException.class);
      assertThat(sftp.listdir()).isEmpty();
    }
  }

  @Test
  void createsNoFileForAPathThatEndsInASlash(
      TestServer server, ServerFolder remote, @TempDir Path local) throws IOException {
    Path file = Files.writeString(local.resolve("file"), "text");
    try (var sftp = Connection.connect(Connections.options(server).build())) {
      String missing = remote.path("missing") + "/";
      String there = remote.path("there") + "/";
      sftp.mkdir(there);
      sftp.writeString(remote.path("source"), "text");
      for (String to : List.of(missing, there)) {
        assertThatThrownBy(() -> sftp.writeString(to, "x")).isInstanceOf(SftpException.class);
        assertThatThrownBy(() -> sftp.copy(remote.path("source"), to))
            .isInstanceOf(SftpException.class);
      }
      assertThat(sftp.listdir(remote.path())).containsExactly("source", "there");
      assertThat(sftp.listdir(there)).isEmpty();
      sftp.put(file, there);
      assertThat(sftp.listdir(there)).containsExactly("file");
      assertThatThrownBy(() -> sftp.put(file, missing)).hasMessageStartingWith("put " + missing);
    }
  }

  @Test
  void treatsATrailingSlashAsADirectoryInEveryMethod(TestServer server, ServerFolder folder)
      throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      sftp.writeString("file", "text");
      sftp.mkdir("dir/");
      sftp.symlink("dir", "link");

      assertThat(sftp.exists("file/")).isFalse();
      assertThat(sftp.isFile("file/")).isFalse();
      assertThat(sftp.lexists("file/")).isFalse();
      assertThat(sftp.isDir("dir/")).isTrue();
      assertThat(sftp.isDir("link/")).isTrue();
      assertThat(sftp.lstat("link/").isDir()).isTrue();
      assertThat(sftp.isLink("link/")).isFalse();
      assertThatThrownBy(() -> sftp.stat("file/")).isInstanceOf(SftpException.class);
      for (ThrowingCallable refused :
          List.<ThrowingCallable>of(
              () -> sftp.open("new/", StandardOpenOption.WRITE, StandardOpenOption.CREATE),
              () -> sftp.open("dir/", StandardOpenOption.WRITE, StandardOpenOption.CREATE),
              () -> sftp.rename("file", "new/"),
              () -> sftp.rename("file/", "new"),
              () -> sftp.replace("file", "new/"),
              () -> sftp.get("dir/", folder.local()),
              () -> sftp.get("/", folder.local()),
              () -> sftp.symlink("file", "new/"),
              () -> sftp.remove("dir/"))) {
        assertThatThrownBy(refused).isInstanceOf(SftpException.class);
        assertThat(sftp.listdir()).containsExactly("dir", "file", "link");
      }
      if (server.is(TestServer.Kind.OPENSSH)) { // MINA drops a last "."
        assertThatThrownBy(() -> sftp.readString("file/")).isInstanceOf(SftpException.class);
        assertThatThrownBy(() -> sftp.hardlink("file", "new/")).isInstanceOf(SftpException.class);
        assertThatThrownBy(() -> sftp.remove("file/")).isInstanceOf(SftpException.class);
        assertThatThrownBy(() -> sftp.chmod("file/", 600)).isInstanceOf(SftpException.class);
      }
      sftp.rename("dir/", "moved/");
      sftp.rename("moved", "dir/");
      sftp.rmdir("dir/");
      assertThat(sftp.listdir()).containsExactly("file", "link");
    }
  }

  @Test
  void reportsTheRootAsADirectory(TestServer server, @TempDir Path local) throws IOException {
    try (var sftp = Connection.connect(Connections.options(server).build())) {
      for (String path : new String[] {"/", "//", "/.", "/.."}) {
        assertThatThrownBy(() -> sftp.get(path, local))
            .hasMessageContaining("is a directory: use getR");
      }
      assertThatThrownBy(() -> sftp.get("/missing/", local))
          .isInstanceOf(NoSuchPathException.class);
    }
    assertThat(local).isEmptyDirectory();
  }
}
