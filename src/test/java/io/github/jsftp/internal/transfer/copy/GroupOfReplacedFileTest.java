package io.github.jsftp.internal.transfer.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Quirk;
import io.github.jsftp.testing.QuirkyServer;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Users;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The replaced file is readable by the user jtwriter and the group jtsecret only. The user
 * jtreader, of the group jtwide, tries to read it.
 */
@Timeout(300)
class GroupOfReplacedFileTest {
  private static final String SECRET = "the new secret";

  private static Users users;

  @TempDir Path local;

  @BeforeAll
  static void create() throws IOException {
    users = new Users("jtwriter", "jtreader");
    users.group("jtwide").group("jtsecret").group("jtforeign");
    users.user("jtwriter", "jtwide", "jtsecret").user("jtreader", "jtwide");
  }

  @AfterAll
  static void remove() throws IOException {
    if (users != null) {
      users.close();
    }
  }

  @Test
  void isKept() throws IOException {
    try (var server = OpenSshServer.startFor("jtwriter")) {
      Path file = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");

      assertThat(replace(server, file).warnings()).isEmpty();

      assertThat(owner(file)).isEqualTo("jtwriter:jtsecret 640");
    }
  }

  @Test
  void losesItsPermissionsIfItCannotBeKept() throws IOException {
    try (var server = OpenSshServer.startFor("jtwriter")) {
      Path file = file(server.home(), "jtwriter", "jtforeign", "rw-r-----");

      assertThat(replace(server, file).warnings())
          .singleElement()
          .asString()
          .contains("the group of the file replaced could not be kept")
          .contains("600 instead of 640");

      assertThat(owner(file)).isEqualTo("jtwriter:jtwide 600");
    }
  }

  @Test
  void isKeptEvenIfTheOwnerCannotBe() throws IOException {
    try (var server = OpenSshServer.startFor("jtwriter")) {
      Path file = file(server.home(), "root", "jtsecret", "rw-rw----");

      assertThat(replace(server, file).warnings()).isEmpty();

      assertThat(owner(file)).isEqualTo("jtwriter:jtsecret 660");
    }
  }

  @Test
  void isKeptTogetherWithTheOwnerByRoot() throws IOException {
    try (var server = QuirkyServer.start()) {
      open(server.home());
      Path secret = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");
      Path own = file(server.home(), "root", "root", "rw-------");
      Path all = file(server.home(), "jtwriter", "jtsecret", "rw-r--r--");

      replace(server.server(), secret);
      replace(server.server(), own);
      try (Connection sftp = server.connect()) {
        sftp.writeString(all.toString(), "for all");
      }

      assertThat(owner(secret)).isEqualTo("jtwriter:jtsecret 640");
      assertThat(owner(own)).isEqualTo("root:root 600");
      assertThat(owner(all)).isEqualTo("jtwriter:jtsecret 644");
    }
  }

  @Test
  void isKeptByCopies() throws IOException {
    try (var server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      open(server.home());
      Path secret = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");
      sftp.writeString("source", SECRET);

      sftp.copy("source", secret.toString());

      assertThat(secret).hasContent(SECRET);
      assertThat(owner(secret)).isEqualTo("jtwriter:jtsecret 640");
    }
  }

  @Test
  void isKeptByDownloads() throws IOException {
    try (var server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      open(server.home());
      Path secret = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");
      Path own = file(server.home(), "root", "jtforeign", "rw-rw----");
      Path all = file(server.home(), "jtwriter", "jtsecret", "rw-r--r--");
      sftp.writeString("source", SECRET);

      for (Path file : List.of(secret, own, all)) {
        assertThat(sftp.get("source", file).warnings()).isEmpty();
        assertThat(file).hasContent(SECRET);
      }

      assertThat(owner(secret)).isEqualTo("jtwriter:jtsecret 640");
      assertThat(owner(own)).isEqualTo("root:jtforeign 660");
      assertThat(owner(all)).isEqualTo("jtwriter:jtsecret 644");
    }
  }

  @Test
  void isSetBeforeTheFirstByteOfADownload() throws IOException {
    try (var server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      open(server.home());
      Path secret = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");
      sftp.writeString("source", SECRET);
      var seen = new ArrayList<String>();

      sftp.get(
          "source",
          secret,
          TransferOptions.builder().progress(now -> seen.add(parts(server.home()))).build());

      assertThat(seen).first().isEqualTo("root:jtsecret 600");
    }
  }

  @Test
  void losesItsPermissionsIfADownloadCannotKeepIt() throws Exception {
    try (var server = OpenSshServer.startFor("jtwriter")) {
      Path file = file(server.home(), "root", "jtforeign", "rw-r-----");

      List<String> printed =
          ChildJvm.run(
              List.of("setpriv", "--bounding-set=-chown"),
              List.of(),
              Map.of(),
              Download.class,
              List.of(
                  String.valueOf(server.port()), server.privateKey().toString(), file.toString()));

      assertThat(printed)
          .last()
          .asString()
          .contains("the group of the file replaced could not be kept")
          .contains("600 instead of 640");
      assertThat(owner(file)).isEqualTo("root:root 600");
    }
  }

  /** Downloads as root without the right to give files away. */
  static final class Download {
    private Download() {}

    public static void main(String[] args) throws IOException {
      var options =
          ConnectionOptions.builder("127.0.0.1")
              .port(Integer.parseInt(args[0]))
              .username("jtwriter")
              .privateKey(Path.of(args[1]))
              .hostKeys(HostKeys.acceptAnyInsecurely())
              .build();
      try (Connection sftp = Connection.connect(options)) {
        System.out.println(sftp.get("/etc/hostname", Path.of(args[2])).warnings());
      }
    }
  }

  /** Probes between each two requests, so that no state is too short to be noticed. */
  @ParameterizedTest
  @CsvSource({
    "put, jtwriter, jtsecret, rw-r-----, jtwriter:jtsecret 640",
    "put, root, jtforeign, r--r-----, jtwriter:jtwide 400",
    "resume, jtwriter, jtforeign, rw-r-----, jtwriter:jtwide 600",
    "putR, jtwriter, jtsecret, rw-r-----, jtwriter:jtsecret 640",
    "copy, jtwriter, jtforeign, rw-r-----, jtwriter:jtwide 600",
  })
  void neverLetsOthersOpenTheReplacement(
      String call, String owner, String group, String permissions, String then) throws Exception {
    assertNobodyReads(call, owner, group, permissions, then);
  }

  @ParameterizedTest
  @CsvSource({
    "put, root, jtsecret, rw-rw----, jtwriter:jtsecret 660",
    "put, jtwriter, jtforeign, rw-r-----, jtwriter:jtwide 600",
    "put, jtwriter, jtwide, rw----r--, jtwriter:jtwide 604",
    "resume, jtwriter, jtsecret, rw-r-----, jtwriter:jtsecret 640",
    "preserveMode, jtwriter, jtsecret, rw-------, jtwriter:jtsecret 640",
    "copy, jtwriter, jtsecret, rw-r-----, jtwriter:jtsecret 640",
  })
  @Tag("long")
  void neverLetsOthersOpenTheReplacementOfOtherFiles(
      String call, String owner, String group, String permissions, String then) throws Exception {
    assertNobodyReads(call, owner, group, permissions, then);
  }

  private void assertNobodyReads(
      String call, String owner, String group, String permissions, String then) throws Exception {
    try (var server = QuirkyServer.startFor("jtwriter")) {
      Path file = file(server.home(), owner, group, permissions);

      assertThat(seenDuring(call, server, file)).isEmpty();

      assertThat(file).hasContent(SECRET);
      assertThat(owner(file)).isEqualTo(then);
    }
  }

  /** A server that ignores the permissions of OPEN creates files that everybody may open. */
  @ParameterizedTest
  @ValueSource(strings = {"put", "resume", "putR", "copy"})
  void neverLetsOthersReadTheReplacementOnServersThatIgnoreModes(String call) throws Exception {
    try (var server = QuirkyServer.startFor("jtwriter", Quirk.IGNORES_PERMISSIONS)) {
      Path file = file(server.home(), "jtwriter", "jtsecret", "rw-r-----");

      assertThat(seenDuring(call, server, file))
          .isNotEmpty()
          .noneMatch(seen -> seen.endsWith(", read it"));

      assertThat(owner(file)).isEqualTo("jtwriter:jtsecret 640");
    }
  }

  private List<String> seenDuring(String call, QuirkyServer server, Path file) throws IOException {
    Path tree = Files.createDirectory(local.resolve("tree"));
    Path source = Files.writeString(tree.resolve(file.getFileName()), SECRET);
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r-----"));
    Path above = Files.createDirectory(server.home().resolve("secret"));
    Path remote = Files.writeString(above.resolve("source"), SECRET);
    Users.run("chown", "-R", "jtwriter:", above.toString());
    Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwx------"));
    var resume = TransferOptions.builder().resume(true).build();
    var keep = TransferOptions.builder().preserveMode(true).build();
    try (var otherUser = new OtherUser(server.home(), file.getFileName().toString());
        Connection sftp = server.connect()) {
      server.beforeEach(otherUser::probe);
      switch (call) {
        case "put" -> sftp.put(source, file.toString());
        case "resume" -> sftp.put(source, file.toString(), resume);
        case "putR" -> sftp.putR(tree, server.home().toString());
        case "preserveMode" -> sftp.put(source, file.toString(), keep);
        case "copy" -> sftp.copy(remote.toString(), file.toString());
        default -> throw new IllegalArgumentException(call);
      }
      otherUser.probe();
      return otherUser.openedFiles();
    }
  }

  private static String parts(Path dir) {
    try (Stream<Path> paths = Files.list(dir)) {
      Path part = paths.filter(path -> path.toString().endsWith(".part")).findAny().orElseThrow();
      return owner(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void open(Path home) throws IOException {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path file(Path home, String owner, String group, String permissions)
      throws IOException {
    Path file = Files.createTempFile(home, "f", ".txt");
    Files.writeString(file, "old");
    Users.run("chown", owner + ":" + group, file.toString());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  private static String owner(Path file) throws IOException {
    return Users.run("stat", "-c", "%U:%G %a", file.toString()).strip();
  }

  /** Replaces a file while jtreader repeatedly tries to read it and its temporary file. */
  private static TransferResult replace(TestServer server, Path file) throws IOException {
    try (var otherUser = new OtherUser(file.getParent(), file.getFileName().toString());
        Connection sftp = Connection.connect(Connections.options(server).build())) {
      var probing = new Thread(otherUser::probeUntilClosed, "jtreader");
      probing.start();
      TransferResult result = sftp.put(new ProbedStream(otherUser), file.toString());
      otherUser.awaitProbe();
      otherUser.stop();
      assertThat(Files.readString(file)).startsWith(SECRET);
      assertThat(otherUser.openedFiles()).isEmpty();
      return result;
    }
  }

  /** A stream of the secret that does not end before jtreader has probed. */
  private static final class ProbedStream extends InputStream {
    private final OtherUser otherUser;
    private final ByteArrayInputStream bytes =
        new ByteArrayInputStream((SECRET + " ".repeat(1 << 20)).getBytes(UTF_8));

    ProbedStream(OtherUser otherUser) {
      this.otherUser = otherUser;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int count = bytes.read(into, offset, length);
      if (count < 0) {
        otherUser.awaitProbe();
      }
      return count;
    }
  }
}
