package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

@OnEachServer
class RenameTest {

  @Test
  void movesFilesAndDirectories(TestServer server, ServerFolder folder) throws IOException {
    Files.createDirectories(folder.local("d/sub"));
    Files.writeString(folder.local("f"), "text");
    try (var sftp = Connections.connect(server, folder)) {
      sftp.rename("f", "d/g");
      sftp.rename("d", "e");

      assertThat(folder.local("e/g")).hasContent("text");
      assertThat(folder.local("e/sub")).isDirectory();
    }
  }

  @Test
  void keepsAnExistingTarget(TestServer server, ServerFolder folder) throws IOException {
    Files.writeString(folder.local("from"), "from");
    Files.writeString(folder.local("to"), "to");
    Files.createDirectory(folder.local("dir"));
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.rename("from", "to")).isInstanceOf(PathExistsException.class);
      assertThatThrownBy(() -> sftp.rename("from", "dir")).isInstanceOf(PathExistsException.class);

      assertThat(folder.local("from")).hasContent("from");
      assertThat(folder.local("to")).hasContent("to");
    }
  }

  @Test
  void replacesAnExistingTarget(TestServer server, ServerFolder folder) throws IOException {
    Files.writeString(folder.local("from"), "from");
    Files.writeString(folder.local("to"), "to");
    try (var sftp = Connections.connect(server, folder)) {
      sftp.replace("from", "to");

      assertThat(folder.local("from")).doesNotExist();
      assertThat(folder.local("to")).hasContent("from");
    }
  }

  @Test
  void treatsWildcardsAsCharacters(TestServer server, ServerFolder folder) throws IOException {
    for (String name : new String[] {"a*", "ab", "b?", "bc"}) {
      Files.writeString(folder.local(name), name);
    }
    try (var sftp = Connections.connect(server, folder)) {
      sftp.rename("a*", "moved*");
      sftp.replace("moved*", "b?");

      assertThat(sftp.listdir()).containsExactly("ab", "b?", "bc");
      assertThat(folder.local("b?")).hasContent("a*");
      assertThat(folder.local("bc")).hasContent("bc");
    }
  }

  @Test
  void reportsTheMissingPath(TestServer server, ServerFolder folder) throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.rename("missing", "to"))
          .isInstanceOf(NoSuchPathException.class);
      assertThatThrownBy(() -> sftp.replace("missing", "to"))
          .isInstanceOf(NoSuchPathException.class);
    }
  }
}
