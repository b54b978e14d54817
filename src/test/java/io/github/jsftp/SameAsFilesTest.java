package io.github.jsftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.internal.file.FileStreams;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods that {@link Files} has, too, compared with it on the same directory. */
@OnEachServer
class SameAsFilesTest {
  private ServerFolder folder;
  private Connection sftp;

  @BeforeEach
  void connect(TestServer server, ServerFolder folder) throws IOException {
    this.folder = folder;
    sftp = Connections.connect(server, folder);
  }

  @AfterEach
  void close() {
    sftp.close();
  }

  @Test
  void readsAStream() throws IOException {
    byte[] bytes = Trees.bytes(1, 1_000_003);
    Files.write(folder.local("file"), bytes);
    try (var in = sftp.newInputStream("file")) {
      assertThat(in.read()).isEqualTo(bytes[0] & 0xff);
      assertThat(in.skip(999_000)).isEqualTo(999_000);
      assertThat(in.readAllBytes()).hasSize(1002).endsWith(bytes[1_000_002]);
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThatThrownBy(() -> sftp.newInputStream("none"))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("newInputStream " + folder.path("none") + ": no such file");
    assertThatThrownBy(() -> sftp.newInputStream("file/"))
        .isInstanceOfAny(NotADirectoryException.class, NoSuchPathException.class);
  }

  static List<List<OpenOption>> modes() {
    return List.of(
        List.of(),
        List.of(WRITE),
        List.of(APPEND),
        List.of(CREATE),
        List.of(CREATE_NEW),
        List.of(TRUNCATE_EXISTING),
        List.of(CREATE, APPEND),
        List.of(WRITE, CREATE, TRUNCATE_EXISTING));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void writesAStreamInTheSameModes(List<OpenOption> modes) throws IOException {
    OpenOption[] options = modes.toArray(OpenOption[]::new);
    for (String name : List.of("new", "existing")) {
      Path expected = folder.local(name + ".expected");
      if (name.equals("existing")) {
        Files.writeString(folder.local(name), "earlier content");
        Files.writeString(expected, "earlier content");
      }
      boolean succeeds = true;
      try (var out = Files.newOutputStream(expected, options)) {
        out.write("text".getBytes(UTF_8));
      } catch (IOException e) {
        succeeds = false;
      }
      if (succeeds) {
        try (var out = sftp.newOutputStream(name, options)) {
          out.write("text".getBytes(UTF_8));
        }
        assertThat(folder.local(name)).hasSameTextualContentAs(expected);
      } else {
        assertThatThrownBy(() -> sftp.newOutputStream(name, options))
            .isInstanceOfAny(NoSuchPathException.class, PathExistsException.class)
            .hasMessageStartingWith("newOutputStream " + folder.path(name) + ": ");
        assertThat(Files.exists(folder.local(name))).isEqualTo(Files.exists(expected));
      }
    }
  }

  @Test
  void refusesModesThatNoStreamHas() {
    assertThatThrownBy(() -> sftp.newOutputStream("file", READ))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sftp.newOutputStream("file", DELETE_ON_CLOSE))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(folder.local("file")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "one", "one\n", "one\r\ntwo\rthree\n\n", "Grüße\n日本\n😀"})
  void streamsLines(String text) throws IOException {
    Path file = Files.writeString(folder.local("file"), text);
    try (Stream<String> expected = Files.lines(file);
        Stream<String> lines = sftp.lines("file")) {
      assertThat(lines.toList()).isEqualTo(expected.toList());
    }
  }

  @Test
  void readsOnlyTheLinesThatAreTaken() throws IOException {
    byte[] bytes = "a line\n".repeat(500_000).getBytes(UTF_8);
    bytes[bytes.length - 1] = (byte) 0xff;
    Files.write(folder.local("file"), bytes);
    try (Stream<String> lines = sftp.lines("file")) {
      assertThat(lines.limit(3)).containsExactly("a line", "a line", "a line");
    }
    try (Stream<String> lines = sftp.lines("file")) {
      assertThatThrownBy(lines::count)
          .isInstanceOf(UncheckedIOException.class)
          .cause()
          .isInstanceOf(SftpException.class)
          .hasMessageStartingWith("lines " + folder.path("file") + ": is not text in UTF-8")
          .hasCauseInstanceOf(MalformedInputException.class);
    }
  }

  @Test
  @Tag("long-on-openssh")
  void closesTheFileWithTheStreamOfItsLines() throws IOException {
    var closed = new AtomicBoolean();
    var file =
        new ByteArrayInputStream("a\nb\n".getBytes(UTF_8)) {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    try (Stream<String> lines = FileStreams.lines(file, malformed -> malformed)) {
      assertThat(lines.findFirst()).hasValue("a");
      assertThat(closed).isFalse();
    }
    assertThat(closed).isTrue();
  }

  @Test
  void returnsSizes() throws IOException {
    Path file = Files.write(folder.local("file"), new byte[12_345]);
    Files.createSymbolicLink(folder.local("link"), file.getFileName());
    for (String name : List.of("file", "link")) {
      assertThat(sftp.size(name)).isEqualTo(Files.size(folder.local(name)));
    }
    assertThatThrownBy(() -> sftp.size("none"))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("size " + folder.path("none") + ": no such file");
  }

  @Test
  void removesWhatExists() throws IOException {
    for (String name : List.of("file", "link", "none", "none/below")) {
      Files.createFile(folder.local("file"));
      Files.createSymbolicLink(folder.local("link"), Path.of("dangling"));
      boolean existed = sftp.removeIfExists(name);
      assertThat(existed).as(name).isEqualTo(name.equals("file") || name.equals("link"));
      assertThat(folder.local(name)).doesNotExist();
      assertThat(Files.deleteIfExists(folder.local("file"))).isEqualTo(!name.equals("file"));
      assertThat(Files.deleteIfExists(folder.local("link"))).isEqualTo(!name.equals("link"));
    }
  }

  @Test
  void removesNothingThatIsADirectory() throws IOException {
    Files.createDirectory(folder.local("dir"));
    Files.createFile(folder.local("file"));
    assertThatThrownBy(() -> sftp.removeIfExists("dir"))
        .isInstanceOf(SftpException.class)
        .hasMessageStartingWith("removeIfExists " + folder.path("dir") + ": is a directory");
    assertThat(sftp.removeIfExists("file/")).isFalse();
    assertThat(folder.local("dir")).exists();
    assertThat(folder.local("file")).exists();
  }

  @Test
  void walksATree() throws IOException {
    Trees.create(folder.local("tree"), 3, 60, 10);
    Trees.createAwkward(folder.local("tree/awkward"));
    Files.createSymbolicLink(folder.local("tree/up"), Path.of(".."));
    Files.createSymbolicLink(folder.local("top"), Path.of("tree"));
    for (String root : List.of("tree", "top", "tree/up")) {
      try (Stream<Path> expected = Files.walk(folder.local(root));
          Stream<FileInfo> walk = sftp.walk(root)) {
        assertThat(walk.map(FileInfo::path))
            .containsExactlyInAnyOrderElementsOf(expected.map(this::remote).toList());
      }
    }
    try (Stream<FileInfo> walk = sftp.walk("top/")) {
      assertThat(walk.map(FileInfo::path)).hasSizeGreaterThan(60).startsWith(folder.path("top"));
    }
    assertThatThrownBy(() -> sftp.walk("none"))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("walk " + folder.path("none") + ": no such file");
  }

  private String remote(Path path) {
    return folder.path(folder.local().relativize(path).toString());
  }

  @Test
  void setsPermissions() throws IOException {
    for (String text : List.of("rwxr-x--x", "r--------", "-w--w--w-", "rw-r--r--")) {
      Path file = Files.writeString(folder.local(text), "");
      sftp.chmod(text, PosixFilePermissions.fromString(text));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo(text);
    }
    sftp.chmod("rw-r--r--", EnumSet.noneOf(PosixFilePermission.class));
    assertThat(Files.getPosixFilePermissions(folder.local("rw-r--r--"))).isEmpty();
    try (var file = sftp.open("r--------", READ)) {
      file.chmod(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ));
    }
    assertThat(sftp.stat("r--------").mode()).isEqualTo(440);
  }
}
