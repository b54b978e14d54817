package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@OnEachServer
class WorkingDirectoryTest {

  @Test
  void startsWhereTheServerSays(TestServer server) throws IOException {
    try (var sftp = Connection.connect(Connections.options(server).build())) {
      assertThat(sftp.pwd()).isEqualTo(server.home().toString());
    }
  }

  @Test
  void startsInTheDefaultPathRelativeToHome(TestServer server, ServerFolder folder)
      throws IOException {
    try (var sftp =
        Connection.connect(Connections.options(server).defaultPath(folder.name()).build())) {
      assertThat(sftp.pwd()).isEqualTo(folder.path());
    }
  }

  @Test
  void refusesADefaultPathThatIsNotThere(TestServer server, ServerFolder folder) {
    var options = Connections.options(server).defaultPath(folder.path("missing")).build();

    assertThatThrownBy(() -> Connection.connect(options)).isInstanceOf(NoSuchPathException.class);
  }

  @Test
  void comesBackAtTheEndOfTheScope(TestServer server, ServerFolder folder) throws IOException {
    Files.createDirectories(folder.local("a/b"));
    try (var sftp = Connections.connect(server, folder)) {
      try (var a = sftp.cd("a")) {
        try (var b = sftp.cd("b")) {
          assertThat(sftp.pwd()).isEqualTo(folder.path("a/b"));
        }
        assertThat(sftp.pwd()).isEqualTo(folder.path("a"));
      }
      assertThat(sftp.pwd()).isEqualTo(folder.path());
    }
  }

  @Test
  void comesBackFromWhereverTheScopeWent(TestServer server, ServerFolder folder)
      throws IOException {
    Files.createDirectories(folder.local("a/b"));
    try (var sftp = Connections.connect(server, folder)) {
      try (var scope = sftp.cd()) {
        assertThat(scope).hasToString("back to " + sftp.pwd());
        sftp.chdir("a");
        sftp.chdir("b");
        sftp.chdir("..");
        assertThat(sftp.pwd()).isEqualTo(folder.path("a"));
      }
      assertThat(sftp.pwd()).isEqualTo(folder.path());
    }
  }

  @Test
  void staysWhereItIsWhenTheDirectoryIsMissing(TestServer server, ServerFolder folder)
      throws IOException {
    Files.createFile(folder.local("file"));
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.cd("missing")).isInstanceOf(NoSuchPathException.class);
      assertThatThrownBy(() -> sftp.chdir("file")).isInstanceOf(NotADirectoryException.class);
      assertThat(sftp.pwd()).isEqualTo(folder.path());
    }
  }

  @Test
  void restoresEvenWhenTheConnectionIsGone(TestServer server, ServerFolder folder)
      throws IOException {
    Files.createDirectories(folder.local("a"));
    try (var sftp = Connections.connect(server, folder)) {
      try (var scope = sftp.cd("a")) {
        sftp.close();
      }
      assertThat(sftp.pwd()).isEqualTo(folder.path());
    }
  }

  @Test
  void restoresOnlyOnce(TestServer server, ServerFolder folder) throws IOException {
    Files.createDirectories(folder.local("a"));
    try (var sftp = Connections.connect(server, folder)) {
      var scope = sftp.cd("a");
      scope.close();
      sftp.chdir("a");
      scope.close();
      assertThat(sftp.pwd()).isEqualTo(folder.path("a"));
    }
  }

  @Test
  void leavesNoDotsInThePathsOfWhatItTells(TestServer server, ServerFolder folder)
      throws IOException {
    Files.createDirectory(folder.local("d"));
    Files.createFile(folder.local("d/f"));
    try (var sftp = Connections.connect(server, folder);
        var listing = sftp.list("./d/.")) {
      assertThat(sftp.listdirAttr()).extracting(FileInfo::path).containsExactly(folder.path("d"));
      assertThat(sftp.listdirAttr("."))
          .extracting(FileInfo::path)
          .containsExactly(folder.path("d"));
      assertThat(listing).extracting(FileInfo::path).containsExactly(folder.path("d/f"));
      var walked = new ArrayList<FileInfo>();
      sftp.walkTree(".", walked::add, walked::add, walked::add);
      assertThat(walked)
          .extracting(FileInfo::path)
          .containsExactly(folder.path("d"), folder.path("d/f"));
      assertThat(sftp.stat("./d/./f").path()).isEqualTo(folder.path("d/f"));
    }
  }

  @Test
  void resolvesEveryRelativePathAgainstIt(TestServer server, ServerFolder folder)
      throws IOException {
    Files.createDirectories(folder.local("d*x/sub"));
    try (var sftp = Connections.connect(server, folder);
        var scope = sftp.cd("d*x")) {
      sftp.writeString("sub/f", "text");
      sftp.symlink("sub/f", "link");

      assertThat(folder.local("d*x/sub/f")).hasContent("text");
      assertThat(sftp.readString("./sub/../link")).isEqualTo("text");
      assertThat(sftp.readlink("link")).isEqualTo(folder.path("d*x/sub/f"));
      assertThat(sftp.normalize("sub//f")).isEqualTo(folder.path("d*x/sub/f"));
      assertThat(sftp.glob("s*/f")).hasSize(1);
    }
  }

  @Test
  @Tag("long-on-openssh")
  void isLookedAtOnceByACallOfSeveralRequests() throws Exception {
    var scopes = new ArrayDeque<WorkingDirectory>();
    var script = new ScriptedSftp().directory("/other");
    script.onEvery(
        SftpType.MKDIR,
        (request, channel) -> {
          if (!scopes.isEmpty()) {
            scopes.pop().close();
          }
          script.usual(request, channel);
        });
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      scopes.push(sftp.cd("/other"));
      sftp.mkdir("a", 750);
      assertThat(sftp.pwd()).isEqualTo("/");
      scopes.push(sftp.cd("/other"));
      sftp.makedirs("b/c", 750);

      assertThat(sftp.listdir("/")).containsExactly("other");
      assertThat(sftp.stat("/other/a").mode()).isEqualTo(750);
      assertThat(sftp.stat("/other/b").mode()).isEqualTo(750);
      assertThat(sftp.stat("/other/b/c").mode()).isEqualTo(750);
    }
  }
}
