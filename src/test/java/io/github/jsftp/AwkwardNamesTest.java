package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.Client;
import io.github.jsftp.testing.RemoteFolder;
import io.github.jsftp.testing.SftpServer;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name is a name: whatever characters it has, every method reaches it and nothing beside it. */
@SftpServer
class AwkwardNamesTest {

  @Test
  void reachesFilesOfAnyName(TestServer server, RemoteFolder folder, @TempDir Path temp)
      throws IOException {
    Path decoy = Files.writeString(folder.local("decoy"), "decoy");
    try (var sftp = Client.connect(server, folder)) {
      for (String name : Trees.AWKWARD_NAMES) {
        reachesFile(name, server, sftp, folder, temp);
        assertThat(sftp.listdir()).as(name).containsExactly("decoy");
      }
    }
    assertThat(decoy).hasContent("decoy");
  }

  private static void reachesFile(
      String name, TestServer server, Connection sftp, RemoteFolder folder, Path temp)
      throws IOException {
    Path local = Files.writeString(temp.resolve("local"), name);
    sftp.put(local, name);
    assertThat(folder.local(name)).hasContent(name);
    assertThat(sftp.stat(name).size()).isEqualTo(Files.size(local));
    assertThat(sftp.listdir()).contains(name);

    sftp.get(name, temp.resolve("back"));
    assertThat(temp.resolve("back")).hasContent(name);
    assertThat(sftp.readString(name)).isEqualTo(name);

    sftp.chmod(name, 600);
    sftp.utime(name, Instant.EPOCH, Instant.EPOCH);
    sftp.truncate(name, 1);
    assertThat(sftp.lstat(name).mode()).isEqualTo(600);
    assertThat(sftp.checksum(name, "SHA-256")).hasSize(64);
    try (var file = sftp.open(name, StandardOpenOption.READ)) {
      assertThat(file.size()).isEqualTo(1);
    }

    sftp.rename(name, "moved");
    sftp.replace("moved", name);
    sftp.copy(name, "copy");
    assertThat(folder.local("copy")).hasSize(1);
    if (server.is(TestServer.Kind.OPENSSH)) { // MINA drops a space at the end
      assertThat(sftp.normalize(name)).isEqualTo(folder.path(name));
    }
    sftp.remove("copy");
    sftp.remove(name);
  }

  @Test
  void reachesDirectoriesOfAnyName(TestServer server, RemoteFolder folder, @TempDir Path temp)
      throws IOException {
    try (var sftp = Client.connect(server, folder)) {
      int number = 0;
      for (String name : Trees.AWKWARD_NAMES) {
        reachesDirectory(name, sftp, folder, temp.resolve("tree" + number++));
        assertThat(sftp.listdir()).as(name).isEmpty();
      }
    }
  }

  private static void reachesDirectory(
      String name, Connection sftp, RemoteFolder folder, Path local) throws IOException {
    sftp.mkdir(name, 700);
    try (var scope = sftp.cd(name)) {
      assertThat(sftp.pwd()).isEqualTo(folder.path(name));
      sftp.writeString(name, "inside");
      sftp.symlink(name, "link");
      assertThat(sftp.readlink("link")).isEqualTo(folder.path(name + "/" + name));
    }
    assertThat(sftp.listdir(name)).containsExactlyInAnyOrder(name, "link");

    sftp.getR(name, local);
    assertThat(local.resolve(name)).hasContent("inside");
    sftp.putR(local, "again/" + name);
    assertThat(folder.local("again/" + name + "/" + name)).hasContent("inside");

    sftp.rmtree(name);
    assertThat(sftp.listdir()).as(name).containsExactly("again");
    sftp.rmtree("again");
  }

  @Test
  void removesOnlyWhatIsNamed(TestServer server, RemoteFolder folder) throws IOException {
    for (String name : new String[] {"a*", "a?", "ab", "abc"}) {
      Files.writeString(folder.local(name), name);
      Files.createDirectory(folder.local("dir " + name));
    }
    try (var sftp = Client.connect(server, folder)) {
      sftp.remove("a*");
      sftp.remove("a?");
      sftp.rmdir("dir a*");
      sftp.rmtree("dir a?");

      assertThat(sftp.listdir()).containsExactly("ab", "abc", "dir ab", "dir abc");
    }
  }

  @Test
  void keepsNamesInAnotherCharset(TestServer server, RemoteFolder folder) throws IOException {
    var options =
        Client.options(server)
            .defaultPath(folder.path())
            .filenameCharset(StandardCharsets.ISO_8859_1)
            .build();
    try (var latin = Connection.connect(options);
        var utf = Client.connect(server, folder)) {
      utf.writeString("ü", "text");

      assertThat(latin.listdir()).containsExactly("Ã¼");
      assertThat(latin.readString("Ã¼")).isEqualTo("text");
      assertThat(latin.stat("Ã¼").size()).isEqualTo(4);
      latin.put(new ByteArrayInputStream(new byte[0]), "Ã¶");
      assertThat(utf.listdir()).containsExactly("ö", "ü");
    }
  }
}
