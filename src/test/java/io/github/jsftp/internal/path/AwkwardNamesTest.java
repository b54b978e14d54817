package io.github.jsftp.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names may consist of any bytes. Every method reaches exactly the named file. */
@OnEachServer
@Tag("long-on-mina")
class AwkwardNamesTest {

  /** MINA stores names as Java strings, so it can't represent others. */
  private static List<String> names(TestServer server) {
    var names = new ArrayList<>(Trees.AWKWARD_NAMES);
    if (server.is(TestServer.Kind.OPENSSH)) {
      names.addAll(Trees.UNDECODABLE_NAMES);
    }
    return names;
  }

  /** Names that programs handle wrong for different reasons. */
  private static List<String> someNames(TestServer server) {
    var names =
        new ArrayList<>(
            List.of("a*", "a\\b", "[!a]", "{a,b}", "-rf", "~", "trailing ", "new\nline", "%41%s"));
    names.addAll(List.of("it's \"quoted\"", "...", "Grüße", "n".repeat(255)));
    if (server.is(TestServer.Kind.OPENSSH)) {
      names.addAll(Trees.UNDECODABLE_NAMES.subList(0, 2));
    }
    return names;
  }

  @Test
  void reachesFilesOfSomeNames(TestServer server, ServerFolder folder, @TempDir Path temp)
      throws IOException {
    reachFiles(someNames(server), server, folder, temp);
  }

  @Test
  @Tag("long")
  void reachesFilesOfAnyName(TestServer server, ServerFolder folder, @TempDir Path temp)
      throws IOException {
    reachFiles(names(server), server, folder, temp);
  }

  private static void reachFiles(
      List<String> names, TestServer server, ServerFolder folder, Path temp) throws IOException {
    Path decoy = Files.writeString(folder.local("decoy"), "decoy");
    try (var sftp = Connections.connect(server, folder)) {
      for (String name : names) {
        reachesFile(name, server, sftp, folder, temp);
        assertThat(sftp.listdir()).as(name).containsExactly("decoy");
      }
    }
    assertThat(decoy).hasContent("decoy");
  }

  private static void reachesFile(
      String name, TestServer server, Connection sftp, ServerFolder folder, Path temp)
      throws IOException {
    Path local = Files.writeString(Trees.child(temp, name), "content");
    Path remote = Trees.child(folder.local(), name);
    sftp.put(local);
    assertThat(remote).hasContent("content");
    sftp.put(local, name);
    assertThat(sftp.stat(name).size()).isEqualTo(Files.size(local));
    assertThat(sftp.exists(name)).isTrue();
    assertThat(sftp.listdir()).contains(name);
    try (var entries = sftp.list(".")) {
      assertThat(entries.map(FileInfo::name)).contains(name);
    }
    assertThat(sftp.glob(escaped(name)))
        .extracting(FileInfo::path)
        .containsExactly(folder.path(name));

    Files.delete(local);
    sftp.get(name, temp);
    assertThat(local).hasContent("content");
    Files.delete(local);
    assertThat(sftp.readString(name)).isEqualTo("content");
    sftp.writeString(name, "text");

    sftp.chmod(name, 600);
    sftp.setTimes(name, Instant.EPOCH, Instant.EPOCH);
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
    sftp.mkdir("in");
    sftp.copy("copy", "in/" + name);
    if (server.is(TestServer.Kind.OPENSSH)) { // MINA drops a trailing space
      assertThat(sftp.normalize(name)).isEqualTo(folder.path(name));
      assertThat(sftp.statvfs(name).maxNameLength()).isPositive();
      sftp.remove("in/" + name);
      sftp.hardlink(name, "in/" + name);
    }
    sftp.remove("in/" + name);
    sftp.rmdir("in");
    sftp.remove("copy");
    sftp.remove(name);
    assertThat(remote).doesNotExist();
  }

  @Test
  void reachesDirectoriesOfSomeNames(TestServer server, ServerFolder folder, @TempDir Path temp)
      throws IOException {
    reachDirectories(someNames(server), server, folder, temp);
  }

  @Test
  @Tag("long")
  void reachesDirectoriesOfAnyName(TestServer server, ServerFolder folder, @TempDir Path temp)
      throws IOException {
    reachDirectories(names(server), server, folder, temp);
  }

  private static void reachDirectories(
      List<String> names, TestServer server, ServerFolder folder, Path temp) throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      int number = 0;
      for (String name : names) {
        reachesDirectory(name, sftp, folder, temp.resolve("tree" + number++));
        assertThat(sftp.listdir()).as(name).isEmpty();
      }
    }
  }

  private static void reachesDirectory(
      String name, Connection sftp, ServerFolder folder, Path local) throws IOException {
    Path dir = Trees.child(folder.local(), name);
    sftp.mkdir(name, 700);
    try (var scope = sftp.cd(name)) {
      assertThat(sftp.pwd()).isEqualTo(folder.path(name));
      sftp.writeString(name, "inside");
      sftp.symlink(name, "link");
      assertThat(sftp.readlink("link")).isEqualTo(folder.path(name + "/" + name));
    }
    assertThat(sftp.listdir(name)).containsExactlyInAnyOrder(name, "link");
    var walked = new ArrayList<String>();
    sftp.walkTree(".", f -> walked.add(f.path()), d -> walked.add(d.path()), other -> {});
    assertThat(walked)
        .contains(folder.path(name), folder.path(name + "/" + name), folder.path(name + "/link"));

    sftp.getR(name, local);
    assertThat(Trees.child(local, name)).hasContent("inside");
    sftp.putR(local, "again/" + name);
    assertThat(Trees.child(Trees.child(folder.local("again"), name), name)).hasContent("inside");

    var mirror =
        TransferOptions.builder()
            .existing(Existing.UPDATE)
            .preserveMtime(true)
            .symlinks(Symlinks.COPY)
            .deleteExtraneous(true)
            .build();
    sftp.writeString(name + "/" + name, "changed");
    sftp.mkdir(name + "/more");
    sftp.writeString(name + "/more/" + name, "more");
    sftp.getR(name, local, mirror);
    assertThat(Files.readSymbolicLink(local.resolve("link")))
        .isEqualTo(Trees.child(Path.of(""), name));
    assertThat(Trees.child(local.resolve("more"), name)).hasContent("more");
    assertThat(sftp.getR(name, local, mirror).transferred()).isZero();

    Files.delete(Trees.child(local.resolve("more"), name));
    Files.writeString(Trees.child(Files.createDirectory(local.resolve("fresh")), name), "new");
    TreeResult up = sftp.putR(local, name, mirror);
    assertThat(up.transferred()).isEqualTo(1);
    assertThat(up.deleted()).isEqualTo(1);
    assertThat(Trees.child(dir.resolve("more"), name)).doesNotExist();
    assertThat(Trees.child(dir.resolve("fresh"), name)).hasContent("new");
    assertThat(sftp.putR(local, name, mirror).transferred()).isZero();

    sftp.rmtree(name);
    assertThat(sftp.listdir()).as(name).containsExactly("again");
    sftp.rmtree("again");
  }

  private static String escaped(String name) {
    return name.replaceAll("[\\\\*?\\[\\]{},!-]", "\\\\$0");
  }

  @Test
  void continuesFilesOfSomeNames(TestServer server, ServerFolder folder, @TempDir Path temp)
      throws IOException {
    continueFiles(someNames(server), server, folder, temp);
  }

  @Test
  @Tag("long")
  void continuesFilesOfAnyName(TestServer server, ServerFolder folder, @TempDir Path temp)
      throws IOException {
    continueFiles(names(server), server, folder, temp);
  }

  private static void continueFiles(
      List<String> names, TestServer server, ServerFolder folder, Path temp) throws IOException {
    var resume = TransferOptions.builder().resume(true).build();
    byte[] content = new byte[300_000];
    try (var sftp = Connections.connect(server, folder)) {
      for (String name : names) {
        Path local = Files.write(Trees.child(temp, name), content);
        sftp.put(local, name, resume);
        Files.delete(local);
        sftp.get(name, local, resume);
        assertThat(local).hasSize(content.length);
        Files.delete(local);
        sftp.remove(name);
      }
      assertThat(sftp.listdir()).isEmpty();
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "MINA has no names but Java's")
  void distinguishesNamesThatAreNotText(TestServer server, ServerFolder folder, @TempDir Path temp)
      throws IOException {
    Path up = Files.createDirectory(temp.resolve("up"));
    for (String name : Trees.UNDECODABLE_NAMES) {
      Files.writeString(Trees.child(up, name), "content of " + name.hashCode());
    }
    Files.writeString(up.resolve("\uFFFD"), "a character of its own");
    var mirror = TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true).build();
    try (var sftp = Connections.connect(server, folder)) {
      assertThat(sftp.putR(up, "t").transferred()).isEqualTo(Trees.UNDECODABLE_NAMES.size() + 1);
      Path down = temp.resolve("down");
      sftp.getR("t", down);
      for (String name : Trees.UNDECODABLE_NAMES) {
        assertThat(Trees.child(folder.local("t"), name))
            .hasContent("content of " + name.hashCode());
        assertThat(Trees.child(down, name)).hasContent("content of " + name.hashCode());
      }
      assertThat(down.resolve("\uFFFD")).hasContent("a character of its own");

      Files.delete(Trees.child(up, "\uDCFF"));
      assertThat(sftp.putR(up, "t", mirror).deleted()).isEqualTo(1);
      assertThat(sftp.putR(up, "t", mirror).deleted()).isZero();
      assertThat(sftp.getR("t", down, mirror).deleted()).isEqualTo(1);
      assertThat(sftp.getR("t", down, mirror).deleted()).isZero();
      assertThat(Trees.child(down, "\uDCFF")).doesNotExist();
      assertThat(Trees.child(down, "\uDCFE")).exists();
    }
  }

  @Test
  void removesOnlyTheNamedFile(TestServer server, ServerFolder folder) throws IOException {
    for (String name : new String[] {"a*", "a?", "ab", "abc"}) {
      Files.writeString(folder.local(name), name);
      Files.createDirectory(folder.local("dir " + name));
    }
    try (var sftp = Connections.connect(server, folder)) {
      sftp.remove("a*");
      sftp.remove("a?");
      sftp.rmdir("dir a*");
      sftp.rmtree("dir a?");

      assertThat(sftp.listdir()).containsExactly("ab", "abc", "dir ab", "dir abc");
    }
  }

  @Test
  void keepsNamesInAnotherCharset(TestServer server, ServerFolder folder) throws IOException {
    try (var latin = connect(server, folder, StandardCharsets.ISO_8859_1);
        var utf = Connections.connect(server, folder)) {
      utf.writeString("ü", "text");

      assertThat(latin.listdir()).containsExactly("Ã¼");
      assertThat(latin.readString("Ã¼")).isEqualTo("text");
      assertThat(latin.stat("Ã¼").size()).isEqualTo(4);
      latin.put(new ByteArrayInputStream(new byte[0]), "Ã¶");
      assertThat(utf.listdir()).containsExactly("ö", "ü");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"US-ASCII", "windows-1252", "Shift_JIS", "EUC-JP", "Big5"})
  void reachesNamesThatAreInvalidInTheCharset(
      String charset, TestServer server, ServerFolder folder) throws IOException {
    try (var other = connect(server, folder, Charset.forName(charset));
        var utf = Connections.connect(server, folder)) {
      for (String name : new String[] {"ü", "日本", "表\\", "\u0081"}) {
        utf.writeString(name, name);
        String text = other.listdir().get(0);

        assertThat(other.readString(text)).isEqualTo(name);
        assertThat(other.lstat(text).name()).isEqualTo(text);
        other.chmod(text, 600);
        other.rename(text, "plain");
        other.rename("plain", text);
        assertThat(utf.listdir()).containsExactly(name);
        other.remove(text);
        assertThat(utf.listdir()).isEmpty();
      }
    }
  }

  private static Connection connect(TestServer server, ServerFolder folder, Charset charset)
      throws IOException {
    return Connection.connect(
        Connections.options(server).defaultPath(folder.path()).filenameCharset(charset).build());
  }
}
