package io.github.jsftp.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.SftpException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

@OnEachServer
class LinksTest {

  @Test
  void leadFromTheSecondToTheFirst(TestServer server, ServerFolder folder) throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      sftp.writeString("file", "text");
      sftp.symlink("file", "link");

      assertThat(Files.readSymbolicLink(folder.local("link"))).isEqualTo(Path.of("file"));
      assertThat(sftp.readString("link")).isEqualTo("text");
      assertThat(sftp.lstat("link").isLink()).isTrue();
      assertThat(sftp.stat("link").isFile()).isTrue();
    }
  }

  @Test
  void areReadFromTheirOwnDirectory(TestServer server, ServerFolder folder) throws IOException {
    Files.createDirectories(folder.local("d/e"));
    try (var sftp = Connections.connect(server, folder)) {
      sftp.symlink("../x", "d/e/up");
      sftp.symlink("/abs", "d/abs");

      assertThat(sftp.readlink("d/e/up")).isEqualTo(folder.path("d/x"));
      assertThat(sftp.readlink("d/abs")).isEqualTo("/abs");
    }
  }

  @Test
  void showTheTextThatTheyStore(TestServer server, ServerFolder folder) throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      sftp.writeString("file", "text");
      for (String text : List.of("file", "../x/y/.", "/abs", "no where")) {
        sftp.symlink(text, "link");

        assertThat(sftp.linkText("link")).isEqualTo(text);
        sftp.remove("link");
      }
      assertThatThrownBy(() -> sftp.linkText("file"))
          .isInstanceOf(SftpException.class)
          .hasMessageStartingWith("linkText " + folder.path("file") + ": is not a symbolic link");
    }
  }

  @Test
  void mayBeDangling(TestServer server, ServerFolder folder) throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      sftp.symlink("no where", "dead");

      assertThat(sftp.readlink("dead")).isEqualTo(folder.path("no where"));
      assertThat(sftp.lexists("dead")).isTrue();
      assertThatThrownBy(() -> sftp.stat("dead")).isInstanceOf(NoSuchPathException.class);
    }
  }

  @Test
  void keepUnusualCharactersInTheirTargets(TestServer server, ServerFolder folder)
      throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      for (String target : new String[] {"*", "a?b", "back\\slash", "[x]", "ü ö\n"}) {
        sftp.symlink(target, "to " + target);
        assertThat(Files.readSymbolicLink(folder.local("to " + target))).hasToString(target);
        assertThat(sftp.readlink("to " + target)).isEqualTo(folder.path(target));
      }
    }
  }

  @Test
  void mayBeHard(TestServer server, ServerFolder folder) throws IOException {
    Files.writeString(folder.local("a*"), "text");
    try (var sftp = Connections.connect(server, folder)) {
      sftp.hardlink("a*", "b*");

      assertThat(Files.isSameFile(folder.local("a*"), folder.local("b*"))).isTrue();
    }
  }

  @Test
  void areRefusedIfThePathExists(TestServer server, ServerFolder folder) throws IOException {
    Files.createFile(folder.local("f"));
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.symlink("x", "f")).isInstanceOf(PathExistsException.class);
      assertThatThrownBy(() -> sftp.readlink("f"))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("is not a symbolic link");
    }
  }
}
