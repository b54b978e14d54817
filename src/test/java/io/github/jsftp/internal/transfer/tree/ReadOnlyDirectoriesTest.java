package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.OnError;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Target directories without write permission, such as those of Go's module cache. */
@Timeout(300)
class ReadOnlyDirectoriesTest {
  private static final TransferOptions KEEP =
      TransferOptions.builder().preserveMode(true).symlinks(Symlinks.COPY).build();
  private static final TransferOptions MIRROR =
      KEEP.toBuilder().existing(Existing.UPDATE).deleteExtraneous(true).build();

  private static Users users;

  @TempDir Path local;

  @BeforeAll
  static void create() throws IOException {
    users = new Users("jtwriter");
    users.group("jtwide").user("jtwriter", "jtwide");
  }

  @AfterAll
  static void remove() throws IOException {
    if (users != null) {
      users.close();
    }
  }

  @Test
  void acceptASecondCopy() throws IOException {
    Path tree = tree("first");
    try (var server = OpenSshServer.startFor("jtwriter");
        Connection sftp = Connection.connect(Connections.options(server).build())) {
      sftp.putR(tree, "t", KEEP);
      change(tree);

      assertThat(sftp.putR(tree, "t", KEEP).warnings()).isEmpty();
      TransferOptions plain =
          TransferOptions.builder().onError(OnError.CONTINUE).symlinks(Symlinks.COPY).build();
      assertThat(sftp.putR(tree, "t", plain).warnings()).isEmpty();

      Map<String, String> expected = state(tree);
      expected.put("mod/gone", "555");
      expected.put("mod/gone/x", "644 first");
      expected.put("mod/old.txt", "644 first");
      assertThat(state(server.home().resolve("t"))).isEqualTo(expected);
    }
  }

  @Test
  void acceptAMirror() throws IOException {
    Path tree = tree("first");
    try (var server = OpenSshServer.startFor("jtwriter");
        Connection sftp = Connection.connect(Connections.options(server).build())) {
      sftp.putR(tree, "t", MIRROR);
      change(tree);
      inTheWay(tree);

      TreeResult result = sftp.putR(tree, "t", MIRROR);

      assertThat(result.warnings()).isEmpty();
      assertThat(state(server.home().resolve("t"))).isEqualTo(state(tree));
    }
  }

  @Test
  void keepTheirModesAfterAFailure() throws IOException {
    Path tree = tree("first");
    try (var server = OpenSshServer.startFor("jtwriter");
        Connection sftp = Connection.connect(Connections.options(server).build())) {
      sftp.putR(tree, "t", KEEP);
      Map<String, String> before = state(server.home().resolve("t"));
      change(tree);

      assertThatThrownBy(
              () ->
                  sftp.putR(
                      tree.resolve("mod"),
                      "t/mod",
                      KEEP.toBuilder()
                          .filter("a.txt")
                          .progress(
                              progress -> {
                                assertThat(state(server.home().resolve("t")))
                                    .containsEntry("mod", "755");
                                throw new IllegalStateException("enough");
                              })
                          .build()))
          .hasMessage("enough");

      assertThat(state(server.home().resolve("t"))).isEqualTo(before);
    }
  }

  @Test
  void areNotDeletedByRmtree() throws IOException {
    Path tree = tree("first");
    try (var server = OpenSshServer.startFor("jtwriter");
        Connection sftp = Connection.connect(Connections.options(server).build())) {
      sftp.putR(tree, "t", KEEP);

      assertThatThrownBy(() -> sftp.rmtree("t")).isInstanceOf(PermissionDeniedException.class);

      assertThat(state(server.home().resolve("t"))).containsEntry("mod", "555");
    }
  }

  @Test
  void acceptADownload() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "dropping a right takes setpriv");
    try (var server = OpenSshServer.startFor("jtwriter")) {
      List<String> printed =
          ChildJvm.run(
              List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search"),
              List.of(),
              Map.of(),
              Download.class,
              List.of(
                  String.valueOf(server.port()),
                  server.username(),
                  server.privateKey().toString(),
                  tree("first").toString(),
                  local.resolve("target").toString()));

      assertThat(printed).endsWith("done");
    }
  }

  /** Downloads as root, but without the capability to ignore permissions. */
  static final class Download {
    private Download() {}

    public static void main(String[] args) throws IOException {
      var options =
          ConnectionOptions.builder("127.0.0.1")
              .port(Integer.parseInt(args[0]))
              .username(args[1])
              .privateKey(Path.of(args[2]))
              .hostKeys(HostKeys.acceptAnyInsecurely())
              .build();
      Path tree = Path.of(args[3]);
      Path target = Path.of(args[4]);
      try (Connection sftp = Connection.connect(options)) {
        sftp.getR(tree.toString(), target, KEEP);
        Map<String, String> before = state(target);
        assertThat(before).isEqualTo(state(tree));
        assertThatThrownBy(() -> Files.createFile(target.resolve("mod/x"))).isNotNull();
        change(tree);
        inTheWay(tree);

        assertThatThrownBy(
                () ->
                    sftp.getR(
                        tree.toString(),
                        target,
                        KEEP.toBuilder()
                            .filter("a.txt")
                            .progress(
                                progress -> {
                                  throw new IllegalStateException("enough");
                                })
                            .build()))
            .hasMessage("enough");
        assertThat(state(target)).isEqualTo(before);

        assertThat(sftp.getR(tree.toString(), target, MIRROR).warnings()).isEmpty();
        assertThat(state(target)).isEqualTo(state(tree));
      }
      System.out.println("done");
    }
  }

  private Path tree(String text) throws IOException {
    Path mod = Files.createDirectories(local.resolve("tree/mod"));
    Files.createDirectories(mod.resolve("sub/deep"));
    Files.createDirectory(mod.resolve("gone"));
    Files.createDirectory(mod.resolve("twisted"));
    for (String file :
        List.of("a.txt", "old.txt", "sub/b.txt", "sub/deep/c.txt", "gone/x", "twisted/y")) {
      Files.writeString(mod.resolve(file), text);
    }
    Files.createSymbolicLink(mod.resolve("link"), Path.of("a.txt"));
    for (String dir : List.of("", "sub", "sub/deep", "gone", "twisted")) {
      mode(mod.resolve(dir), "r-xr-xr-x");
    }
    mode(local, "rwxr-xr-x");
    return local.resolve("tree");
  }

  /** Changes files and a link, adds a file and a directory, and removes a file and a directory. */
  private static void change(Path tree) throws IOException {
    Path mod = tree.resolve("mod");
    for (String dir : List.of("", "sub", "sub/deep", "gone", "twisted")) {
      mode(mod.resolve(dir), "rwxr-xr-x");
    }
    for (String file : List.of("a.txt", "sub/b.txt", "sub/deep/c.txt", "sub/deep/new.txt")) {
      Files.writeString(mod.resolve(file), "the second");
    }
    Files.createDirectory(mod.resolve("sub/newer"));
    Files.delete(mod.resolve("link"));
    Files.createSymbolicLink(mod.resolve("link"), Path.of("sub/b.txt"));
    Files.delete(mod.resolve("old.txt"));
    Files.delete(mod.resolve("gone/x"));
    Files.delete(mod.resolve("gone"));
    for (String dir : List.of("", "sub", "sub/deep", "sub/newer", "twisted")) {
      mode(mod.resolve(dir), "r-xr-xr-x");
    }
  }

  /** Replaces a directory by a file. */
  private static void inTheWay(Path tree) throws IOException {
    Path mod = tree.resolve("mod");
    mode(mod, "rwxr-xr-x");
    mode(mod.resolve("twisted"), "rwxr-xr-x");
    Files.delete(mod.resolve("twisted/y"));
    Files.delete(mod.resolve("twisted"));
    Files.writeString(mod.resolve("twisted"), "a file");
    mode(mod, "r-xr-xr-x");
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  /** Returns modes and contents below a directory. */
  private static Map<String, String> state(Path top) {
    try (Stream<Path> paths = Files.walk(top)) {
      var state = new TreeMap<String, String>();
      for (Path path : (Iterable<Path>) paths::iterator) {
        state.put(top.relativize(path).toString(), state(top, path));
      }
      return state;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String state(Path top, Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "-> " + Files.readSymbolicLink(path);
    }
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    String digits = path.equals(top) ? "top" : Integer.toOctalString(mode);
    return Files.isDirectory(path) ? digits : digits + " " + Files.readString(path);
  }
}
