package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.QuirkyServer;
import io.github.jsftp.testing.SftpType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The set-gid, set-uid and sticky bits of directories. */
class DirectoryModesTest {
  private static final TransferOptions KEEP = TransferOptions.builder().preserveMode(true).build();

  @TempDir Path local;

  @Test
  void keepTheSetGidBitOfUploads() throws IOException {
    try (QuirkyServer server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      Path tree = directory(local.resolve("tree"), 0775);
      directory(tree.resolve("old"), 0775);
      directory(tree.resolve("new"), 0770);
      Path target = directory(server.home().resolve("r"), 02755);
      directory(target.resolve("old"), 02755);

      sftp.putR(tree, "r", KEEP);

      assertThat(mode(target)).isEqualTo("2775");
      assertThat(mode(target.resolve("old"))).isEqualTo("2775");
      assertThat(mode(target.resolve("new"))).isEqualTo("2770");
    }
  }

  @Test
  void keepTheSetGidBitOfDownloads() throws IOException {
    try (QuirkyServer server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      directory(server.home().resolve("tree"), 02775);
      directory(server.home().resolve("tree/new"), 0770);
      Path target = directory(local.resolve("r"), 02755);

      sftp.getR("tree", target, KEEP);

      assertThat(mode(target)).isEqualTo("2775");
      assertThat(mode(target.resolve("new"))).isEqualTo("2770");
    }
  }

  @Test
  void keepTheStickyBitOfTheirSource() throws IOException {
    try (QuirkyServer server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      Path tree = directory(local.resolve("tree"), 01777);
      directory(tree.resolve("new"), 01770);
      directory(tree.resolve("old"), 0755);
      Path target = directory(server.home().resolve("r"), 0755);
      directory(target.resolve("old"), 01755);

      sftp.putR(tree, "r", KEEP);
      sftp.getR("r", local.resolve("back"), KEEP);

      for (Path copy : List.of(target, local.resolve("back"))) {
        assertThat(mode(copy)).isEqualTo("1777");
        assertThat(mode(copy.resolve("new"))).isEqualTo("1770");
        assertThat(mode(copy.resolve("old"))).isEqualTo("755");
      }
    }
  }

  @Test
  void getNoSetIdBitsFromTheirSource() throws IOException {
    try (QuirkyServer server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      directory(server.home().resolve("tree"), 06755);

      sftp.getR("tree", local.resolve("r"), KEEP);
      sftp.putR(local.resolve("r"), "back", KEEP);

      assertThat(mode(local.resolve("r"))).isEqualTo("755");
      assertThat(mode(server.home().resolve("back"))).isEqualTo("755");
    }
  }

  @Test
  void keepAnInheritedSetGidBit() throws IOException {
    try (QuirkyServer server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      Path above = directory(server.home().resolve("r"), 02755);

      sftp.mkdir("r/a", 750);
      sftp.makedirs("r/b/c", 700);
      sftp.mkdir("plain", 750);

      assertThat(mode(above.resolve("a"))).isEqualTo("2750");
      assertThat(mode(above.resolve("b"))).isEqualTo("2700");
      assertThat(mode(above.resolve("b/c"))).isEqualTo("2700");
      assertThat(mode(server.home().resolve("plain"))).isEqualTo("750");
    }
  }

  @Test
  void areSetWhenDirectoriesAreCreated() throws IOException {
    try (QuirkyServer server =
            QuirkyServer.start().refuse(SftpType.SETSTAT, 8).refuse(SftpType.FSETSTAT, 8);
        Connection sftp = server.connect()) {
      Path tree = directory(local.resolve("tree"), 0700);
      directory(tree.resolve("sub"), 0500);

      sftp.mkdir("a", 700);
      sftp.makedirs("b/c", 700);
      sftp.putR(tree, "new/r", KEEP);

      assertThat(mode(server.home().resolve("a"))).isEqualTo("700");
      assertThat(mode(server.home().resolve("b"))).isEqualTo("700");
      assertThat(mode(server.home().resolve("b/c"))).isEqualTo("700");
      assertThat(mode(server.home().resolve("new/r"))).isEqualTo("700");
      assertThat(mode(server.home().resolve("new/r/sub"))).isEqualTo("700");
    }
  }

  @Test
  void areNotSetIfTheyAreAlreadyRight() throws IOException {
    try (QuirkyServer server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      sftp.mkdir("a", 700);
      sftp.makedirs("b/c", 700);

      assertThat(server.requests()).noneMatch(request -> request.startsWith("SETSTAT"));
    }
  }

  @Test
  void areSetWhenLocalDirectoriesAreCreated() throws IOException {
    try (QuirkyServer server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      Path tree = directory(server.home().resolve("tree"), 0700);
      directory(tree.resolve("sub"), 0700);
      Files.writeString(tree.resolve("sub/f"), "text");
      Path target = local.resolve("new/r");
      var seen = new TreeSet<String>();
      TransferOptions watched =
          KEEP.toBuilder()
              .progress(
                  progress -> {
                    try {
                      seen.add(mode(target));
                      seen.add(mode(target.resolve("sub")));
                    } catch (IOException e) {
                      seen.add(e.toString());
                    }
                  })
              .build();

      sftp.getR("tree", target, watched);

      assertThat(seen).containsExactly("700");
    }
  }

  @Test
  void stayUnchangedIfTheServerRefusesToSetThem() throws IOException {
    try (QuirkyServer server =
            QuirkyServer.start().refuse(SftpType.SETSTAT, 8).refuse(SftpType.FSETSTAT, 3);
        Connection sftp = server.connect()) {
      sftp.mkdir("a", 700);
      sftp.makedirs("b/c", 700);
      sftp.writeString("f", "text");
      sftp.copy("f", "g");

      assertThat(sftp.listdir()).containsExactly("a", "b", "f", "g");
      assertThat(server.home().resolve("b/c")).isDirectory();
      assertThat(server.home().resolve("g")).hasContent("text");
    }
  }

  private static Path directory(Path path, int mode) throws IOException {
    Files.createDirectory(path);
    Files.setAttribute(path, "unix:mode", mode);
    return path;
  }

  private static String mode(Path path) throws IOException {
    return Integer.toOctalString((Integer) Files.getAttribute(path, "unix:mode") & 07777);
  }
}
